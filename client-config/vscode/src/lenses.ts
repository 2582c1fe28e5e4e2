import * as vscode from 'vscode';
import { type ImagePlace, imagesIn, nearestImage } from './images';
import { SECTION } from './settings';

/** Where the image of the nearest FROM at or above `line` is, else that of the first one below. */
export function imageAt(document: vscode.TextDocument, line: number): ImagePlace | undefined {
  return nearestImage(imagesIn(document.getText().split(/\r?\n/)), line);
}

/** The commands above the first FROM. */
export class Lenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const image = imageAt(document, 0);
    if (!image || !vscode.workspace.getConfiguration(SECTION, document).get('codeLens', true)) {
      return [];
    }
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(new vscode.Range(image.first, 0, image.first, 0), { title, command: `${SECTION}.${command}`, arguments: [document.uri] });
    const build = [
      ...(vscode.workspace.isTrusted ? [lens('Build in terminal', 'buildInTerminal')] : []),
      lens('Copy docker build', 'copyDockerBuild'),
      lens('Copy az acr build', 'copyAzAcrBuild'),
    ];
    return [...(document.uri.scheme === 'file' ? build : []), lens('Image facts', 'showImageFacts')];
  }
}
