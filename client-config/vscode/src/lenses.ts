import * as vscode from 'vscode';
import { type CodeLens, CodeLensRequest, type LanguageClient, type Middleware, type Position } from 'vscode-languageclient/node';
import { SECTION } from './settings';

export const SHOW_IMAGE_FACTS = `${SECTION}.showImageFacts`;
const OPEN_ENVIRONMENT = `${SECTION}.openEnvironment`;
const BUILD_IN_TERMINAL = `${SECTION}.buildInTerminal`;

/** The commands of this extension that the server may show above a FROM. */
export const LENS_COMMANDS = [BUILD_IN_TERMINAL, `${SECTION}.copyDockerBuild`, `${SECTION}.copyAzAcrBuild`, SHOW_IMAGE_FACTS, OPEN_ENVIRONMENT];

/** Leaves out the lenses that are switched off, or whose command cannot work. */
export const lenses: Pick<Middleware, 'provideCodeLenses'> = {
  provideCodeLenses: async (document, token, next) => {
    if (!vscode.workspace.getConfiguration(SECTION, document).get('codeLens', true)) {
      return [];
    }
    const found = (await next(document, token)) ?? [];
    return found.filter(({ command }) => command && isUsable(command.command, document));
  },
};

function isUsable(command: string, document: vscode.TextDocument): boolean {
  if (command === SHOW_IMAGE_FACTS || command === OPEN_ENVIRONMENT) {
    return true;
  }
  return document.uri.scheme === 'file' && (command !== BUILD_IN_TERMINAL || vscode.workspace.isTrusted);
}

/** Asks VS Code to ask for the lenses again. */
export function refreshLenses(client: LanguageClient): void {
  for (const document of vscode.workspace.textDocuments) {
    client.getFeature(CodeLensRequest.method).getProvider(document)?.onDidChangeCodeLensEmitter.fire();
  }
}

/** The place of the image of the nearest FROM at or above `line`, otherwise of the first one, if the server knows it. */
export async function imageAt(client: LanguageClient, document: vscode.TextDocument, line: number): Promise<Position | undefined> {
  const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(document);
  const found = await client.sendRequest<CodeLens[] | null>(CodeLensRequest.method, { textDocument });
  const images = (found ?? []).filter(({ command }) => command?.command === SHOW_IMAGE_FACTS);
  const image = images.findLast(({ range }) => range.start.line <= line) ?? images[0];
  return image?.command?.arguments?.[1];
}
