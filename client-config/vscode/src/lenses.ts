import * as vscode from 'vscode';
import { SECTION } from './settings';

const FROM = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)/i;

/** Where the image of the nearest FROM at or above `line` is, else of the first one below. */
export function imageAt(document: vscode.TextDocument, line: number): vscode.Range | undefined {
  const lines = Array.from({ length: document.lineCount }, (_, number) => number);
  const order = [...lines.slice(0, line + 1).reverse(), ...lines.slice(line + 1)];
  for (const number of order) {
    const found = FROM.exec(document.lineAt(number).text);
    if (found && found[1] !== '\\') {
      return new vscode.Range(number, found[0].length - found[1].length, number, found[0].length);
    }
  }
  return undefined;
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
      new vscode.CodeLens(image, { title, command: `${SECTION}.${command}`, arguments: [document.uri] });
    const build = [
      ...(vscode.workspace.isTrusted ? [lens('Build in terminal', 'buildInTerminal')] : []),
      lens('Copy docker build', 'copyDockerBuild'),
      lens('Copy az acr build', 'copyAzAcrBuild'),
    ];
    return [...(document.uri.scheme === 'file' ? build : []), lens('Image facts', 'showImageFacts')];
  }
}
