import * as vscode from 'vscode';

export const SECTION = 'azuremlDockerfile';

const OWN = ['interpreter', 'codeLens'];
const OTHERS = ['ms-azuretools.vscode-containers', 'ms-azuretools.vscode-docker', 'docker.docker'];
// The key keeps its old name: users who saw the message must not see it again.
const NOTIFIED = 'toldOfDockerfileFeatures';

/**
 * The settings for the server, for a folder of the workspace or in general: only those that the user has set.
 *
 * VS Code would also send all defaults, which would take precedence over the settings file of a project.
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

/** Shows once that general Dockerfile features are off because of another extension. */
export async function notifyOfOtherExtension(context: vscode.ExtensionContext): Promise<void> {
  const other = otherExtension();
  const isDecided = isSet(vscode.workspace.getConfiguration(SECTION), 'dockerfileFeatures');
  if (!other || isDecided || context.globalState.get(NOTIFIED)) {
    return;
  }
  await context.globalState.update(NOTIFIED, true);
  const name = other.packageJSON.displayName ?? other.id;
  const answer = await vscode.window.showInformationMessage(
    `The extension ${name} also supports Dockerfiles, so Azure ML Dockerfile offers only its Azure ML features.`,
    'Enable all features',
    'Open setting',
  );
  if (answer === 'Enable all features') {
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
