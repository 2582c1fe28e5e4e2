import * as vscode from 'vscode';
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn } from 'vscode-languageclient/node';
import { Commands, type Running } from './commands';
import { findInterpreter, NoInterpreter } from './interpreter';
import { Lenses } from './lenses';
import { Pages } from './pages';
import { BundledServer } from './server';
import { SECTION, serverSettings, tellOfOtherExtension } from './settings';

const LANGUAGES = [{ language: 'dockerfile' }, { language: 'containerfile' }];

let running: Running | undefined;
let starting: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Azure ML Dockerfile', { log: true });
  const pages = new Pages();
  const lenses = new Lenses();
  // One after the other, or two servers could run.
  const restart = (): Promise<void> => (starting = starting.then(stop).then(() => start(context, log)));
  const whatRuns = (isNeeded = true): Running | undefined => {
    if (!running && isNeeded) {
      void complain(log, 'Azure ML Dockerfile: the server does not run.');
    }
    return running;
  };
  const commands = new Commands(context, log, pages, whatRuns, restart);

  context.subscriptions.push(
    log,
    pages.register(),
    ...commands.register(),
    vscode.commands.registerCommand(`${SECTION}.restart`, restart),
    vscode.languages.registerCodeLensProvider(LANGUAGES, lenses),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SECTION}.codeLens`)) {
        lenses.refresh();
      }
      if (change.affectsConfiguration(`${SECTION}.interpreter`)) {
        await restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      lenses.refresh();
      await restart();
    }),
    vscode.extensions.onDidChange(async () => {
      await running?.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      await tellOfOtherExtension(context);
    }),
  );
  await restart();
  void tellOfOtherExtension(context);
}

export async function deactivate(): Promise<void> {
  await starting.then(stop);
}

async function stop(): Promise<void> {
  const client = running?.client;
  running = undefined;
  try {
    await client?.dispose();
  } catch {
    // It had ended by itself, or never started.
  }
}

async function start(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<void> {
  try {
    const server = new BundledServer(context.extensionUri, await findInterpreter(log));
    // Told at once, so that nothing flashes up which is another extension's.
    const { dockerfileFeatures } = serverSettings(context);
    const told = dockerfileFeatures === undefined ? {} : { dockerfileFeatures };
    // What was told then counts until something else is said.
    const settings = (folder?: string) => ({
      ...('dockerfileFeatures' in told && { dockerfileFeatures: true }),
      ...serverSettings(context, folder === undefined ? undefined : vscode.Uri.parse(folder)),
    });
    const client = new LanguageClient(
      SECTION,
      'Azure ML Dockerfile',
      { command: server.program, args: server.arguments, options: { cwd: server.folder, env: server.environment } },
      {
        documentSelector: LANGUAGES,
        initializationOptions: told,
        // Findings are asked for with every edit: by default only when a document is opened or shown.
        diagnosticPullOptions: { onChange: true, onTabs: false },
        outputChannel: log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        middleware: {
          workspace: {
            configuration: async (params, token, next) => {
              const answers = await next(params, token);
              return Array.isArray(answers)
                ? answers.map((answer, number) => (params.items[number].section === SECTION ? settings(params.items[number].scopeUri) : answer))
                : answers;
            },
          },
        },
      },
    );
    await client.start();
    running = { client, server };
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void complain(log, error instanceof NoInterpreter ? error.message : `Azure ML Dockerfile: the server did not start: ${error}`);
  }
}

async function complain(log: vscode.LogOutputChannel, message: string): Promise<void> {
  const answer = await vscode.window.showErrorMessage(message, 'Choose Python', 'Show log');
  if (answer === 'Choose Python') {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.interpreter`);
  } else if (answer === 'Show log') {
    log.show();
  }
}
