import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isManifest, YAML } from './documents';
import { SECTION } from './settings';

const DOCKERFILES = [{ language: 'dockerfile' }, { language: 'containerfile' }];
const ALL = [...DOCKERFILES, { language: YAML }];

interface ServerStatus {
  server: string;
  python: string;
  catalogueDate: string;
}

/**
 * What VS Code shows behind the braces in the status bar of a Dockerfile or of Azure ML's YAML: the server with its
 * Python, and the images.
 */
export class Status implements vscode.Disposable {
  private readonly server = vscode.languages.createLanguageStatusItem(`${SECTION}.server`, DOCKERFILES);
  private readonly images = vscode.languages.createLanguageStatusItem(`${SECTION}.images`, DOCKERFILES);
  private readonly listeners = [
    vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
    vscode.workspace.onDidChangeTextDocument(() => this.follow()),
    vscode.workspace.onDidOpenTextDocument(() => this.follow()),
  ];

  constructor() {
    this.server.name = 'Azure ML Dockerfile: Server';
    this.images.name = 'Azure ML Dockerfile: Images';
    this.images.command = { title: 'Refresh', command: `${SECTION}.refreshImages` };
    this.starting();
    this.follow();
  }

  starting(): void {
    this.show('Azure ML server is starting', '', 'Show log', 'showLog');
    this.server.busy = true;
    this.images.text = 'Azure ML images';
  }

  async running(client: LanguageClient): Promise<void> {
    const { server, python, catalogueDate } = await client.sendRequest<ServerStatus>(`${SECTION}/status`);
    this.show(`Azure ML server ${server}`, `Python ${python}`, 'Show log', 'showLog');
    this.images.text = `Azure ML images of ${catalogueDate}`;
  }

  failed(): void {
    this.show('Azure ML server is not running', '', 'Restart', 'restart', vscode.LanguageStatusSeverity.Error);
  }

  /** Shows that the registry is asked, until `work` ends. */
  async refreshing<T>(work: Promise<T>): Promise<T> {
    this.images.busy = true;
    try {
      return await work;
    } finally {
      this.images.busy = false;
    }
  }

  dispose(): void {
    this.server.dispose();
    this.images.dispose();
    this.listeners.forEach((listener) => listener.dispose());
  }

  /** Shows the items for YAML only while the active one is Azure ML's. */
  private follow(): void {
    const document = vscode.window.activeTextEditor?.document;
    const selector = document && isManifest(document) ? ALL : DOCKERFILES;
    if (this.server.selector !== selector) {
      this.server.selector = this.images.selector = selector;
    }
  }

  private show(text: string, detail: string, title: string, command: string, severity = vscode.LanguageStatusSeverity.Information): void {
    this.server.text = text;
    this.server.detail = detail;
    this.server.severity = severity;
    this.server.busy = false;
    this.server.command = { title, command: `${SECTION}.${command}` };
  }
}
