import * as vscode from 'vscode';

export const SECTION = 'azuremlDockerfile';

const OWN = ['interpreter', 'codeLens'];
const OTHERS = ['ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker', 'docker.docker'];
const TOLD = 'toldOfDockerfileFeatures';

/**
 * The settings for the server, in a folder of the workspace or in general: only what the user has set.
 *
 * VS Code would send the defaults of all others too, and they would win over those of a project's file.
 */
export function serverSettings(context: vscode.ExtensionContext, folder?: vscode.Uri): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION, folder);
  const properties = Object.keys(context.extension.packageJSON.contributes.configuration.properties);
  const names = properties.map((name) => name.slice(SECTION.length + 1)).filter((name) => !OWN.includes(name));
  const settings: Record<string, unknown> = {};
  for (const name of names.filter((name) => isSet(configuration, name))) {
    settings[name] = configuration.get(name);
  }
  if (!isSet(configuration, 'dockerfileFeatures') && otherExtension()) {
    settings.dockerfileFeatures = false;
  }
  return settings;
}

/** Tells the user, once, that another extension made us leave Dockerfiles in general to it. */
export async function tellOfOtherExtension(context: vscode.ExtensionContext): Promise<void> {
  const other = otherExtension();
  const isDecided = isSet(vscode.workspace.getConfiguration(SECTION), 'dockerfileFeatures');
  if (!other || isDecided || context.globalState.get(TOLD)) {
    return;
  }
  await context.globalState.update(TOLD, true);
  const name = other.packageJSON.displayName ?? other.id;
  const answer = await vscode.window.showInformationMessage(
    `The extension ${name} looks after Dockerfiles too. Azure ML Dockerfile leaves what is not about Azure ML to it.`,
    'Use both in full',
    'Open setting',
  );
  if (answer === 'Use both in full') {
    await vscode.workspace.getConfiguration(SECTION).update('dockerfileFeatures', true, vscode.ConfigurationTarget.Global);
  } else if (answer === 'Open setting') {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.dockerfileFeatures`);
  }
}

function otherExtension(): vscode.Extension<unknown> | undefined {
  return OTHERS.map((id) => vscode.extensions.getExtension(id)).find((extension) => extension !== undefined);
}

function isSet(configuration: vscode.WorkspaceConfiguration, name: string): boolean {
  const values = configuration.inspect(name);
  return [values?.globalValue, values?.workspaceValue, values?.workspaceFolderValue].some((value) => value !== undefined);
}
