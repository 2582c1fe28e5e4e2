import { dirname, relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import type { LanguageClient, Position } from 'vscode-languageclient/node';
import { dockerProblem } from './docker';
import { imageAt } from './lenses';
import { newDockerfile } from './newDockerfile';
import type { Pages } from './pages';
import type { BundledServer } from './server';
import { SECTION } from './settings';
import type { Status } from './status';
import { azAcrBuild, type Build, commandLine, dockerBuild, imageName, seenFrom, shellOf } from './shell';
import { UserError } from './userError';

const CONTEXT_OF_PROJECT = `
import json, sys
from azureml_dockerfile_ls.project import Projects
settings = Projects().project_of(sys.argv[1]).settings
print(json.dumps({"context": settings.build_context, "registry": settings.registry_enabled}))
`.trim();
const COPY_AZ = 'Copy az acr build';
const REGISTRY_NAME = /^[A-Za-z0-9]{5,50}$/;

/** The running server and its client. */
export interface ServerHandle {
  client: LanguageClient;
  server: BundledServer;
}

/**
 * The commands that need the server or its files.
 *
 * `running` gives the server, and shows a message if a required server is not running. `ensureStarted` starts it before
 * the first command.
 */
export class Commands {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly pages: Pages,
    private readonly status: Status,
    private readonly running: (isRequired?: boolean) => ServerHandle | undefined,
    private readonly restart: () => Promise<void>,
    private readonly ensureStarted: () => Promise<void>,
  ) {}

  register(): vscode.Disposable[] {
    // A lens of the server names its file as a string, menus as a Uri.
    const commands: Record<string, (uri?: vscode.Uri, ...words: unknown[]) => Promise<void>> = {
      newDockerfile: (uri) => this.newDockerfile(uri),
      refreshImages: () => this.refreshImages(),
      openEnvironment: (uri, position) => openAt(uri, position as Position),
      showImageFacts: (uri, position) => this.showImageFacts(uri, position as Position | undefined),
      copyDockerBuild: (uri, target) => this.copyDockerBuild(uri, target),
      copyAzAcrBuild: (uri, target) => this.copyAzAcrBuild(uri, target),
      buildInTerminal: (uri, target) => this.buildInTerminal(uri, target),
    };
    return [
      this.command('explainRule', (rule) => this.explainRule(typeof rule === 'string' ? rule : undefined)),
      ...Object.entries(commands).map(([name, run]) =>
        this.command(name, (uri, ...words) => run(typeof uri === 'string' ? vscode.Uri.parse(uri) : uri instanceof vscode.Uri ? uri : undefined, ...words)),
      ),
    ];
  }

  private command(name: string, run: (...words: unknown[]) => Promise<void>): vscode.Disposable {
    return vscode.commands.registerCommand(`${SECTION}.${name}`, async (...words: unknown[]) => {
      try {
        await this.ensureStarted();
        await run(...words);
      } catch (error) {
        this.log.error(error instanceof UserError ? error.message : error instanceof Error ? error : String(error));
        void vscode.window.showErrorMessage(`Azure ML Dockerfile: ${error instanceof Error ? error.message : error}`);
      }
    });
  }

  private async newDockerfile(folder?: vscode.Uri): Promise<void> {
    const running = this.running();
    if (running) {
      await newDockerfile(running.client, folder);
    }
  }

  private async refreshImages(): Promise<void> {
    const running = this.running();
    if (!running) {
      return;
    }
    const configuration = vscode.workspace.getConfiguration(SECTION);
    const folder = folderOf(vscode.window.activeTextEditor?.document) ?? running.server.folder;
    if (!configuration.get('registry.enabled', true) || !(await this.project(running.server, folder)).registry) {
      void vscode.window.showInformationMessage('Azure ML Dockerfile: The registry is disabled by registry.enabled.');
      return;
    }
    const urls = Object.entries(configuration.get<Record<string, string>>('registry.urls', {}));
    const options = urls.map(([prefix, url]) => `--registry=${prefix}=${url}`);
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title: 'Refreshing Azure ML images', cancellable: true }, async (_, token) => {
      const refresh = running.server.command(['images', '--refresh', ...options], folder, token);
      const [status, , problems] = await this.status.refreshing(refresh);
      if (token.isCancellationRequested) {
        return;
      }
      if (problems) {
        this.log.warn(problems.trim());
      }
      if (status !== 0) {
        const answer = await vscode.window.showWarningMessage('Azure ML Dockerfile: Some images could not be refreshed.', 'Show log');
        if (answer) {
          this.log.show();
        }
      }
    });
    // The running server still has the previous answers in memory.
    await this.restart();
  }

  private async showImageFacts(uri?: vscode.Uri, at?: Position): Promise<void> {
    const running = this.running();
    const document = await documentOf(uri);
    if (!running || !document) {
      return;
    }
    const { client } = running;
    const editor = vscode.window.activeTextEditor;
    const position = at ?? (await imageAt(client, document, editor?.document === document ? editor.selection.active.line : 0));
    const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(document);
    const hover = position && (await client.sendRequest<{ contents?: { value?: string } } | null>('textDocument/hover', { textDocument, position }));
    const facts = hover?.contents?.value;
    if (facts) {
      await this.pages.show('Image details', facts);
    } else {
      void vscode.window.showInformationMessage('Azure ML Dockerfile: This file names no image that is known.');
    }
  }

  private async explainRule(name?: string): Promise<void> {
    const running = this.running();
    if (!running) {
      return;
    }
    const rule = name ?? (await this.selectRule(running));
    if (rule !== undefined) {
      const [, page] = await running.server.command(['explain', rule], running.server.folder);
      await this.pages.show(rule, page);
    }
  }

  private async selectRule(running: ServerHandle): Promise<string | undefined> {
    const [, list] = await running.server.command(['explain'], running.server.folder);
    const rules = list.split('\n').map((line) => /^(\w+)\s+(.+)$/.exec(line.trim())).filter((found) => found !== null);
    const here = rulesAtCursor();
    const items = rules
      .map(([, label, detail]) => ({ label, detail, description: here.includes(label) ? 'at the cursor' : undefined }))
      .sort((one, other) => Number(here.includes(other.label)) - Number(here.includes(one.label)));
    const placeHolder = 'Select a rule';
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.label;
  }

  private async copyDockerBuild(uri?: vscode.Uri, target?: unknown): Promise<void> {
    const build = await this.build(uri, target);
    if (build) {
      await copy(commandLine(dockerBuild(build.seen), shellOf(vscode.env.shell)));
    }
  }

  private async copyAzAcrBuild(uri?: vscode.Uri, target?: unknown): Promise<void> {
    const build = await this.build(uri, target);
    const registry = build && (await this.askForRegistry());
    if (build && registry) {
      await copy(commandLine(azAcrBuild(build.seen, registry), shellOf(vscode.env.shell)));
    }
  }

  private async buildInTerminal(uri?: vscode.Uri, target?: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage('Azure ML Dockerfile: A build runs the commands of the Dockerfile. Trust this workspace first.');
      return;
    }
    const build = await this.build(uri, target);
    if (!build) {
      return;
    }
    const problem = await dockerProblem();
    if (problem) {
      this.log.error(problem);
      const answer = await vscode.window.showErrorMessage(`Azure ML Dockerfile: ${problem}`, COPY_AZ);
      return answer === COPY_AZ ? this.copyAzAcrBuild(uri, target) : undefined;
    }
    await build.document.save();
    const [program, ...words] = dockerBuild(build.whole);
    // Docker gets its arguments directly; no shell interprets them.
    const execution = new vscode.ProcessExecution(program, words, { cwd: build.cwd });
    const task = new vscode.Task({ type: SECTION }, vscode.TaskScope.Workspace, `docker build ${build.whole.image}`, 'Azure ML Dockerfile', execution);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated, clear: true };
    await vscode.tasks.executeTask(task);
  }

  private async build(uri: vscode.Uri | undefined, stage: unknown): Promise<{ whole: Build; seen: Build; cwd: string; document: vscode.TextDocument } | undefined> {
    const document = await documentOf(uri);
    if (!document) {
      return undefined;
    }
    if (document.uri.scheme !== 'file') {
      throw new UserError('Save this Dockerfile first.');
    }
    const dockerfile = document.uri.fsPath;
    const folder = dirname(dockerfile);
    const workspace = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath ?? folder;
    const set = vscode.workspace.getConfiguration(SECTION, document).get('buildContext', '');
    const server = this.running(false)?.server;
    const ofProject = server && !set ? (await this.project(server, folder)).context : null;
    const context = set ? resolve(workspace, set) : (ofProject ?? folder);
    const image = `${imageName(context.replace(/^.*[\\/]/, ''))}:latest`;
    const target = typeof stage === 'string' ? stage : undefined;
    const seen = { dockerfile: seenFrom(workspace, dockerfile, relative), context: seenFrom(workspace, context, relative), image, target };
    return { whole: { dockerfile, context, image, target }, seen, cwd: workspace, document };
  }

  private async project(server: BundledServer, folder: string): Promise<{ context: string | null; registry: boolean }> {
    const [status, answer, problems] = await server.run(CONTEXT_OF_PROJECT, [folder], server.folder);
    if (status !== 0) {
      throw new UserError(`Cannot read the settings of the project: ${problems.trim().split('\n').pop()}`);
    }
    return JSON.parse(answer);
  }

  private async askForRegistry(): Promise<string | undefined> {
    const registry = await vscode.window.showInputBox({
      title: 'az acr build',
      prompt: 'Name of your Azure Container Registry',
      placeHolder: 'contoso',
      value: this.context.workspaceState.get('registry', ''),
      validateInput: (name) => (REGISTRY_NAME.test(name) ? undefined : 'Enter 5 to 50 letters and digits, without .azurecr.io.'),
    });
    if (registry) {
      await this.context.workspaceState.update('registry', registry);
    }
    return registry;
  }
}

async function copy(line: string): Promise<void> {
  await vscode.env.clipboard.writeText(line);
  void vscode.window.showInformationMessage(`Copied: ${line}`);
}

async function documentOf(uri?: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  return uri ? vscode.workspace.openTextDocument(uri) : vscode.window.activeTextEditor?.document;
}

async function openAt(uri: vscode.Uri | undefined, { line, character }: Position): Promise<void> {
  if (uri) {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(line, character, line, character) });
  }
}

function folderOf(document?: vscode.TextDocument): string | undefined {
  return document?.uri.scheme === 'file' ? dirname(document.uri.fsPath) : undefined;
}

function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return [];
  }
  const here = vscode.languages.getDiagnostics(editor.document.uri).filter((found) => found.range.contains(editor.selection.active));
  return here.map((found) => (typeof found.code === 'object' ? String(found.code.value) : String(found.code ?? '')));
}
