import * as vscode from 'vscode';
import { type DocumentSymbol, type LanguageClient, SymbolKind } from 'vscode-languageclient/node';
import { imageIn } from './from';

/** The FROM instruction of each stage, from the document symbols of the server. */
export async function stagesOf(client: LanguageClient, document: vscode.TextDocument): Promise<vscode.Range[]> {
  const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(document);
  const outline = await client.sendRequest<DocumentSymbol[] | null>('textDocument/documentSymbol', { textDocument });
  const stages = (outline ?? []).filter(({ kind }) => kind === SymbolKind.Class);
  // A stage starts with its FROM, which ends where the next instruction starts.
  return stages.map(({ range, children }) =>
    client.protocol2CodeConverter.asRange({ start: range.start, end: children?.[0]?.range.start ?? range.end }),
  );
}

/** The image of the nearest FROM at or above `line`, otherwise of the first one below. */
export async function imageAt(client: LanguageClient, document: vscode.TextDocument, line: number): Promise<vscode.Range | undefined> {
  const stages = await stagesOf(client, document);
  const from = stages.findLast(({ start }) => start.line <= line) ?? stages[0];
  const image = from && imageIn(document.getText(from));
  const start = from && document.offsetAt(from.start);
  return image && new vscode.Range(document.positionAt(start + image.start), document.positionAt(start + image.end));
}
