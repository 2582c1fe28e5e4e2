import * as vscode from 'vscode';
import type { ServerHandle } from './commands';
import { stagesOf } from './images';
import { SECTION } from './settings';

/** The commands above the first FROM, which the server locates. */
export class Lenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly running: () => ServerHandle | undefined) {}

  refresh(): void {
    this.changed.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const client = this.running()?.client;
    const [from] = client ? await stagesOf(client, document) : [];
    if (!from || !vscode.workspace.getConfiguration(SECTION, document).get('codeLens', true)) {
      return [];
    }
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(from, { title, command: `${SECTION}.${command}`, arguments: [document.uri] });
    const build = [
      ...(vscode.workspace.isTrusted ? [lens('Build in terminal', 'buildInTerminal')] : []),
      lens('Copy docker build', 'copyDockerBuild'),
      lens('Copy az acr build', 'copyAzAcrBuild'),
    ];
    return [...(document.uri.scheme === 'file' ? build : []), lens('Image details', 'showImageFacts')];
  }
}
