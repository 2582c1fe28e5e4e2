import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { lenses } from './lenses';
import { ruleLinks } from './ruleLinks';
import type { BundledServer } from './server';
import { SECTION } from './settings';

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'error' } as const;

/**
 * The client of a server that is not started yet.
 *
 * It shows no messages: it writes errors to `log`, and calls `onExit` when the server exits by itself.
 */
export class Client extends LanguageClient {
  constructor(server: BundledServer, log: vscode.LogOutputChannel, onExit: () => void, options: LanguageClientOptions) {
    const start = { command: server.program, args: server.arguments, options: { cwd: server.folder, env: server.environment } };
    super(SECTION, 'Azure ML Dockerfile', start, {
      ...options,
      middleware: { ...lenses, ...ruleLinks, ...options.middleware },
      // Pull diagnostics with every edit. By default they are pulled only when a document is opened or shown.
      diagnosticPullOptions: { onChange: true, onTabs: false },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        // A broken connection is closed next.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          // Not at once: until this function returns, the client considers itself connected.
          setImmediate(onExit);
          return { action: CloseAction.DoNotRestart, handled: true, message: 'The server has exited.' };
        },
      },
      stdioOptions: {
        stdout: () => {},
        stderr: (input) => {
          createInterface({ input }).on('line', (line) => {
            const [, level, text] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
            log[LEVELS[level as keyof typeof LEVELS] ?? 'error'](level in LEVELS ? text : line);
          });
        },
      },
    });
  }

  /** Logs an error, without a message to the user and without a stack. */
  override error(message: string, data?: unknown): void {
    super.error(message, data instanceof Error ? data.message : data, false);
  }
}
