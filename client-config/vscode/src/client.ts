import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import {
  CloseAction,
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentLinkRequest,
  type DynamicFeature,
  ErrorAction,
  HoverRequest,
  LanguageClient,
  type LanguageClientOptions,
  ReferencesRequest,
  RevealOutputChannelOn,
  type StaticFeature,
} from 'vscode-languageclient/node';
import { YAML } from './documents';
import { lenses } from './lenses';
import { ruleLinks } from './ruleLinks';
import type { BundledServer } from './server';
import { SECTION } from './settings';

const LEVELS = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'error' } as const;

/** What the server knows about YAML. All else, such as formatting, is left to the extensions for YAML. */
const FOR_YAML: ReadonlySet<string> = new Set([
  DidOpenTextDocumentNotification.method,
  DidChangeTextDocumentNotification.method,
  DidSaveTextDocumentNotification.method,
  DidCloseTextDocumentNotification.method,
  CompletionRequest.method,
  HoverRequest.method,
  DefinitionRequest.method,
  ReferencesRequest.method,
  CodeActionRequest.method,
  DocumentLinkRequest.method,
  DocumentDiagnosticRequest.method,
]);

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

  /** Registers a feature for Dockerfiles, and one that the server has for YAML also for that. */
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if ('registrationType' in feature && !FOR_YAML.has(feature.registrationType.method)) {
      const initialize = feature.initialize.bind(feature);
      feature.initialize = (capabilities, selector) =>
        initialize(capabilities, selector?.filter((filter) => !(typeof filter === 'object' && 'language' in filter && filter.language === YAML)));
    }
    super.registerFeature(feature);
  }

  /** Logs an error, without a message to the user and without a stack. */
  override error(message: string, data?: unknown): void {
    super.error(message, data instanceof Error ? data.message : data, false);
  }
}
