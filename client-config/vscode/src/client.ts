import { createInterface } from 'node:readline';
import type * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions, RevealOutputChannelOn } from 'vscode-languageclient/node';
import type { BundledServer } from './server';
import { SECTION } from './settings';

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'error' } as const;

/**
 * The client of a server, which is not started yet.
 *
 * It tells the user nothing: what went wrong is in `log`, and `hasEnded` is called when the server ends by itself.
 */
export class Client extends LanguageClient {
  constructor(server: BundledServer, log: vscode.LogOutputChannel, hasEnded: () => void, options: LanguageClientOptions) {
    const start = { command: server.program, args: server.arguments, options: { cwd: server.folder, env: server.environment } };
    super(SECTION, 'Azure ML Dockerfile', start, {
      ...options,
      // Findings are asked for with every edit: by default only when a document is opened or shown.
      diagnosticPullOptions: { onChange: true, onTabs: false },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        // A connection that does not work is closed next.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          // Later, for until it has this answer the client takes itself for connected.
          setImmediate(hasEnded);
          return { action: CloseAction.DoNotRestart, handled: true, message: 'The server has ended.' };
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

  /** Logs what went wrong; shows no message, and no stack. */
  override error(message: string, data?: unknown): void {
    super.error(message, data instanceof Error ? data.message : data, false);
  }
}
