import * as vscode from 'vscode';
import { type CompletionItem, type CompletionList, InsertTextFormat, type LanguageClient } from 'vscode-languageclient/node';
import { refreshLenses } from './lenses';
import { UserError } from './userError';

const TITLE = 'New Azure ML Dockerfile';
const KINDS = [
  {
    label: 'Inference',
    detail: 'Serves a model: base image, packages, code with an entry script, and the model.',
    block: 'inference Dockerfile',
    other: 'Dockerfile.inference',
  },
  {
    label: 'Training',
    detail: 'Runs jobs: base image and packages. A job brings its own code and data.',
    block: 'training Dockerfile',
    other: 'Dockerfile.training',
  },
];
// What VS Code takes for a Dockerfile.
const DOCKERFILE = /^(?:(?:docker|container)file(?:\.[^\\/]+)?|[^\\/]+\.(?:docker|container)file)$/i;

/** Writes a Dockerfile into a folder that the user selects, opens it, and lets the user fill in the fields. */
export async function newDockerfile(client: LanguageClient, into?: vscode.Uri): Promise<void> {
  const folder = into ?? (await selectFolder());
  const kind = folder && (await vscode.window.showQuickPick(KINDS, { title: TITLE, placeHolder: 'What is the image for?' }));
  const file = folder && kind && (await freeName(folder, kind.other));
  if (!file) {
    return;
  }
  // Unlike writing, this fails if another program has made the file in the meantime.
  const creation = new vscode.WorkspaceEdit();
  creation.createFile(file, { overwrite: false, ignoreIfExists: false });
  if (!(await vscode.workspace.applyEdit(creation))) {
    throw new UserError(`${vscode.workspace.asRelativePath(file)} cannot be created.`);
  }
  let document = await vscode.workspace.openTextDocument(file);
  if (!/^(?:docker|container)file$/.test(document.languageId)) {
    document = await vscode.languages.setTextDocumentLanguage(document, 'dockerfile');
  }
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await editor.insertSnippet(new vscode.SnippetString(`${await block(client, document, kind.block)}\n`), new vscode.Position(0, 0));
  // A build reads the file on disk.
  await document.save();
  // VS Code asked for them when the file was empty.
  refreshLenses(client);
}

async function selectFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder: 'Folder of the new Dockerfile' }))?.uri;
  }
  const [folder] = folders;
  return folder?.uri ?? (await vscode.window.showOpenDialog({ title: TITLE, openLabel: 'Create here', canSelectFiles: false, canSelectFolders: true }))?.[0];
}

/** `Dockerfile` in the folder, or the name that the user enters if there is one. */
async function freeName(folder: vscode.Uri, other: string): Promise<vscode.Uri | undefined> {
  const usual = vscode.Uri.joinPath(folder, 'Dockerfile');
  if (!(await exists(usual))) {
    return usual;
  }
  const name = await vscode.window.showInputBox({
    title: TITLE,
    prompt: 'This folder has a Dockerfile. Enter another name.',
    value: other,
    validateInput: async (typed) => {
      if (!DOCKERFILE.test(typed)) {
        return 'Enter a name such as Dockerfile.gpu or gpu.dockerfile.';
      }
      return (await exists(vscode.Uri.joinPath(folder, typed))) ? `${typed} exists already.` : undefined;
    },
  });
  return name === undefined ? undefined : vscode.Uri.joinPath(folder, name);
}

async function exists(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

/** The snippet of this name, with values of the folder. */
async function block(client: LanguageClient, document: vscode.TextDocument, name: string): Promise<string> {
  const answer = await client.sendRequest<CompletionItem[] | CompletionList | null>('textDocument/completion', {
    textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
    position: { line: 0, character: 0 },
  });
  const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
  const item = items.find(({ label, insertTextFormat }) => label === name && insertTextFormat === InsertTextFormat.Snippet);
  const text = item?.textEdit?.newText ?? item?.insertText;
  if (text === undefined) {
    throw new UserError('The server has no block for this file.');
  }
  return text;
}
