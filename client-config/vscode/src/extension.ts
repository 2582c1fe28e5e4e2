import * as vscode from 'vscode';
import { DidChangeConfigurationNotification } from 'vscode-languageclient/node';
import { Client } from './client';
import { Commands, type Running } from './commands';
import { findInterpreter } from './interpreter';
import { Lenses } from './lenses';
import { Pages } from './pages';
import { BundledServer } from './server';
import { SECTION, serverSettings, tellOfOtherExtension } from './settings';
import { Told } from './told';

/** A server that ends so often within so many milliseconds is not started again. */
const MOST_ENDS = 5;
const SPAN = 180_000;

const CHOOSE = 'Choose Python';
const RESTART = 'Restart server';

let running: Running | undefined;
let starting: Promise<void> = Promise.resolve();
let ends: readonly number[] = [];

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Azure ML Dockerfile', { log: true });
  const pages = new Pages();
  const lenses = new Lenses(() => running);
  const hasEnded = (): void => {
    ends = [...ends.filter((end) => Date.now() - end < SPAN), Date.now()];
    if (ends.length < MOST_ENDS) {
      void restart();
    } else {
      ends = [];
      running = undefined;
      void complain(log, `Azure ML Dockerfile: the server has ended ${MOST_ENDS} times within ${SPAN / 60_000} minutes.`, RESTART);
    }
  };
  // One after the other, or two servers could run.
  const restart = (): Promise<void> =>
    (starting = starting
      .then(stop)
      .then(() => start(context, log, hasEnded))
      .then(() => lenses.refresh()));
  const whatRuns = (isNeeded = true): Running | undefined => {
    if (!running && isNeeded) {
      void complain(log, 'Azure ML Dockerfile: the server does not run.', RESTART, CHOOSE);
    }
    return running;
  };
  const commands = new Commands(context, log, pages, whatRuns, restart);

  context.subscriptions.push(
    log,
    pages.register(),
    ...commands.register(),
    vscode.commands.registerCommand(`${SECTION}.restart`, restart),
    vscode.languages.registerCodeLensProvider(documents(), lenses),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SECTION}.codeLens`)) {
        lenses.refresh();
      }
      if (change.affectsConfiguration(`${SECTION}.interpreter`)) {
        await restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
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

/** The Dockerfiles of the workspace, wherever that is, and new ones. Not the older versions that a comparison shows. */
function documents(): { scheme: string; language: string }[] {
  const schemes = new Set(['file', 'untitled', ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.scheme)]);
  return [...schemes].flatMap((scheme) => ['dockerfile', 'containerfile'].map((language) => ({ scheme, language })));
}

async function stop(): Promise<void> {
  const client = running?.client;
  running = undefined;
  await client?.dispose().catch(() => {
    // It had ended by itself.
  });
}

async function start(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, hasEnded: () => void): Promise<void> {
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
    const client: Client = new Client(server, log, () => running?.client === client && hasEnded(), {
      documentSelector: documents(),
      initializationOptions: told,
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
    });
    try {
      await client.start();
    } catch (error) {
      throw new Told(`Azure ML Dockerfile: the server does not start with ${server.program}: ${(await server.problem()) ?? (error as Error).message}`);
    }
    running = { client, server };
  } catch (error) {
    log.error(error instanceof Told ? error.message : error instanceof Error ? error : String(error));
    void complain(log, error instanceof Error ? error.message : String(error), CHOOSE);
  }
}

async function complain(log: vscode.LogOutputChannel, message: string, ...repairs: string[]): Promise<void> {
  const answer = await vscode.window.showErrorMessage(message, ...repairs, 'Show log');
  if (answer === CHOOSE) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.interpreter`);
  } else if (answer === RESTART) {
    await vscode.commands.executeCommand(`${SECTION}.restart`);
  } else if (answer === 'Show log') {
    log.show();
  }
}
