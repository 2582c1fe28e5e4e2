import * as vscode from 'vscode';
import { foundPythons, LEAST, problemOf } from './interpreter';
import { SECTION } from './settings';

const TITLE = 'Python for the Azure ML Dockerfile server';
const BROWSE = 'Browse…';

/** Lets the user choose a Python of this machine, a remote one in a remote window, and sets it. Gives whether it was set already. */
export async function choosePython(log: vscode.LogOutputChannel): Promise<boolean> {
  const found = foundPythons(log).then((pythons) => [
    ...pythons.map(({ command: [path], version }) => ({ label: path, description: `Python ${version}` })),
    { label: BROWSE, detail: `Select the program of a Python ${LEAST} or newer, for example /usr/bin/python3.12.` },
  ]);
  const picked = await vscode.window.showQuickPick(found, { title: TITLE, placeHolder: `Select a Python ${LEAST} or newer` });
  const path = picked?.label === BROWSE ? await browse() : picked?.label;
  if (path === undefined) {
    return false;
  }
  const configuration = vscode.workspace.getConfiguration(SECTION);
  if (configuration.get('interpreter') === path) {
    return true;
  }
  // The value of a workspace would take precedence.
  const isOfWorkspace = configuration.inspect('interpreter')?.workspaceValue !== undefined;
  await configuration.update('interpreter', path, isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
  return false;
}

/** The path of the program that the user selects, as soon as it is a Python that is new enough. */
async function browse(): Promise<string | undefined> {
  for (;;) {
    const files = await vscode.window.showOpenDialog({ title: TITLE, openLabel: 'Use This Python', canSelectFolders: false });
    const path = files?.[0].fsPath;
    const problem = path === undefined ? undefined : await problemOf([path]);
    if (problem === undefined) {
      return path;
    }
    if ((await vscode.window.showErrorMessage(`Azure ML Dockerfile: ${problem}.`, 'Choose another')) === undefined) {
      return undefined;
    }
  }
}
