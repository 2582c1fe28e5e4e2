import * as vscode from 'vscode';
import { DidChangeConfigurationNotification } from 'vscode-languageclient/node';
import { Client } from './client';
import { Commands, type ServerHandle } from './commands';
import { documents, isServed } from './documents';
import { findInterpreter } from './interpreter';
import { LENS_COMMANDS, refreshLenses } from './lenses';
import { Pages } from './pages';
import { choosePython } from './python';
import { BundledServer } from './server';
import { SECTION, serverSettings, notifyOfOtherExtension } from './settings';
import { Status } from './status';
import { UserError } from './userError';

/** A server that exits this often within this time, in milliseconds, is not started again. */
const MOST_EXITS = 5;
const EXIT_SPAN = 180_000;

const CHOOSE = 'Choose Python';
const RESTART = 'Restart server';

let running: ServerHandle | undefined;
let isStarted = false;
let starting: Promise<void> = Promise.resolve();
let exits: readonly number[] = [];

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Azure ML Dockerfile', { log: true });
  const pages = new Pages();
  const status = new Status();
  const onExit = (): void => {
    exits = [...exits.filter((time) => Date.now() - time < EXIT_SPAN), Date.now()];
    if (exits.length < MOST_EXITS) {
      void restart();
    } else {
      exits = [];
      running = undefined;
      status.failed();
      void showError(log, `Azure ML Dockerfile: The server exited ${MOST_EXITS} times within ${EXIT_SPAN / 60_000} minutes.`, RESTART);
    }
  };
  // Restarts are queued, so that never two servers run.
  const restart = (): Promise<void> => {
    isStarted = true;
    return (starting = starting
      .then(stop)
      .then(() => start(context, log, status, onExit)));
  };
  const ensureStarted = (): Promise<void> => {
    if (isStarted) {
      return starting;
    }
    void notifyOfOtherExtension(context);
    return restart();
  };
  // VS Code activates this extension for all YAML. The server is started only for Azure ML's.
  const startFor = (document: vscode.TextDocument): void => {
    if (!isStarted && isServed(document)) {
      void ensureStarted();
    }
  };
  const serverHandle = (isRequired = true): ServerHandle | undefined => {
    if (!running && isRequired) {
      void showError(log, 'Azure ML Dockerfile: The server is not running.', RESTART, CHOOSE);
    }
    return running;
  };
  const commands = new Commands(context, log, pages, status, serverHandle, restart, ensureStarted);

  context.subscriptions.push(
    log,
    status,
    pages.register(),
    ...commands.register(),
    vscode.commands.registerCommand(`${SECTION}.restart`, restart),
    vscode.commands.registerCommand(`${SECTION}.showLog`, () => log.show()),
    vscode.commands.registerCommand(`${SECTION}.choosePython`, async () => {
      // A change of the setting restarts the server. The same Python may work by now.
      if (await choosePython(log)) {
        await restart();
      }
    }),
    vscode.workspace.onDidOpenTextDocument(startFor),
    vscode.workspace.onDidChangeTextDocument(({ document }) => startFor(document)),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (running && change.affectsConfiguration(`${SECTION}.codeLens`)) {
        refreshLenses(running.client);
      }
      if (isStarted && change.affectsConfiguration(`${SECTION}.interpreter`)) {
        await restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => isStarted && restart()),
    vscode.extensions.onDidChange(async () => {
      if (!isStarted) {
        return;
      }
      await running?.client.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      await notifyOfOtherExtension(context);
    }),
  );
  vscode.workspace.textDocuments.forEach(startFor);
  await starting;
}

export async function deactivate(): Promise<void> {
  await starting.then(stop);
}

async function stop(): Promise<void> {
  const client = running?.client;
  running = undefined;
  await client?.dispose().catch(() => {
    // The server had already exited.
  });
}

async function start(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, status: Status, onExit: () => void): Promise<void> {
  status.starting();
  try {
    const server = new BundledServer(context.extensionUri, await findInterpreter(log));
    // Sent with `initialize`, so that nothing flashes up that another extension provides.
    const { dockerfileFeatures } = serverSettings(context);
    const initial = dockerfileFeatures === undefined ? {} : { dockerfileFeatures };
    // The initial value applies until another one is sent.
    const settings = (folder?: string) => ({
      ...('dockerfileFeatures' in initial && { dockerfileFeatures: true }),
      ...serverSettings(context, folder === undefined ? undefined : vscode.Uri.parse(folder)),
    });
    const client: Client = new Client(server, log, () => running?.client === client && onExit(), {
      documentSelector: documents(),
      initializationOptions: { ...initial, commands: LENS_COMMANDS },
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
      throw new UserError(`Azure ML Dockerfile: The server does not start with ${server.program}: ${(await server.problem()) ?? (error as Error).message}`);
    }
    running = { client, server };
    await status.running(client).catch((error) => log.error(error));
  } catch (error) {
    status.failed();
    log.error(error instanceof UserError ? error.message : error instanceof Error ? error : String(error));
    void showError(log, error instanceof Error ? error.message : String(error), CHOOSE);
  }
}

async function showError(log: vscode.LogOutputChannel, message: string, ...repairs: string[]): Promise<void> {
  const answer = await vscode.window.showErrorMessage(message, ...repairs, 'Show log');
  if (answer === CHOOSE) {
    await vscode.commands.executeCommand(`${SECTION}.choosePython`);
  } else if (answer === RESTART) {
    await vscode.commands.executeCommand(`${SECTION}.restart`);
  } else if (answer === 'Show log') {
    log.show();
  }
}
