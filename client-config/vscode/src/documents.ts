import * as vscode from 'vscode';
import { HEAD, isAzureml } from './manifest';

export const YAML = 'yaml';

/** The Dockerfiles and the YAML of the workspace, with any scheme, and unsaved ones; not the old versions in a diff editor. */
export function documents(): { scheme: string; language: string }[] {
  const schemes = new Set(['file', 'untitled', ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.scheme)]);
  return [...schemes].flatMap((scheme) => ['dockerfile', 'containerfile', YAML].map((language) => ({ scheme, language })));
}

/** Whether the server has something to say about a document: a Dockerfile, or YAML of Azure ML. */
export function isServed(document: vscode.TextDocument): boolean {
  return vscode.languages.match(documents(), document) > 0 && (document.languageId !== YAML || isManifest(document));
}

/** Whether a document is YAML of Azure ML. */
export function isManifest(document: vscode.TextDocument): boolean {
  const head = new vscode.Range(new vscode.Position(0, 0), document.positionAt(HEAD));
  return document.languageId === YAML && isAzureml(document.getText(head));
}
