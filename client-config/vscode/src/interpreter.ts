import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from './userError';

/** The oldest version that runs the server. */
export const LEAST = '3.10';
/** The time limit for the Python extension, in milliseconds. */
const PATIENCE = 10_000;
const ASK = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); print(sys.executable)';

/** A command that runs Python, and its origin. */
interface Candidate {
  command: readonly string[];
  origin: string;
}

/** A Python that was run: its command, and its version. */
export interface Python {
  command: readonly string[];
  version: string;
}

/** A Python that is new enough. Throws UserError if there is none. Writes each attempt to `log`. */
export async function findInterpreter(log: vscode.LogOutputChannel): Promise<Python> {
  const set = vscode.workspace.getConfiguration('azuremlDockerfile').get<string>('interpreter', '').trim();
  const candidates: Candidate[] = set ? [{ command: [resolve(set)], origin: 'the setting' }] : await usual(log);
  const old: string[] = [];
  for (const { command, origin } of candidates) {
    const shown = `${command.join(' ')} (${origin})`;
    try {
      const [version, path] = await ask(command);
      if (isNewEnough(version)) {
        log.info(`Python: ${shown} is ${version} at ${path}: selected`);
        // An absolute path, because Windows would first look for a name in the current folder.
        return { command: path ? [path] : command, version };
      }
      log.info(`Python: ${shown} is ${version}: too old`);
      old.push(`${command.join(' ')} is Python ${version}`);
    } catch (error) {
      log.info(`Python: ${shown} cannot be run: ${error instanceof Error ? error.message : error}`);
    }
  }
  const found = old.length ? old.join(', ') : set ? `the setting names ${set}, which cannot be run` : 'none was found';
  throw new UserError(`Azure ML Dockerfile needs Python ${LEAST} or newer: ${found}.`);
}

/** All Pythons that are new enough, each once: the Python extension's, then those on the PATH. */
export async function foundPythons(log: vscode.LogOutputChannel): Promise<Python[]> {
  const newer = ['3.14', '3.13', '3.12', '3.11', '3.10'].map((version) => ({ command: [`python${version}`], origin: 'on the PATH' }));
  const candidates = [...(await usual(log)), ...newer];
  const answers = await Promise.all(candidates.map(({ command }) => ask(command).catch(() => undefined)));
  const found = new Map<string, Python>();
  for (const [version, path] of answers.filter((answer) => answer !== undefined)) {
    if (path && isNewEnough(version) && !found.has(path)) {
      found.set(path, { command: [path], version });
    }
  }
  return [...found.values()];
}

/** Why a command cannot run the server, as a sentence without a full stop; undefined if it can. */
export async function problemOf(command: readonly string[]): Promise<string | undefined> {
  const name = command.join(' ');
  try {
    const [version] = await ask(command);
    return isNewEnough(version) ? undefined : `${name} is Python ${version}; the server needs ${LEAST} or newer`;
  } catch {
    return `${name} is not a Python`;
  }
}

async function usual(log: vscode.LogOutputChannel): Promise<Candidate[]> {
  const names = process.platform === 'win32' ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']];
  const onPath = names.map((command) => ({ command, origin: 'on the PATH' }));
  // The extension may select an interpreter inside the folder, which must not be run before the folder is trusted.
  const selected = vscode.workspace.isTrusted ? await selectedInPythonExtension(log) : undefined;
  return selected ? [{ command: [selected], origin: "the Python extension's" }, ...onPath] : onPath;
}

async function selectedInPythonExtension(log: vscode.LogOutputChannel): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension('ms-python.python');
  if (!extension) {
    log.info('Python: the Python extension is not installed');
    return undefined;
  }
  try {
    return await within(PATIENCE, async () => {
      const { environments } = await extension.activate();
      const path = environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
      const environment = await environments.resolveEnvironment(path);
      return environment?.executable?.uri?.fsPath ?? path?.path;
    });
  } catch (error) {
    log.info(`Python: the Python extension does not respond: ${error}`);
    return undefined;
  }
}

async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no response within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function resolve(path: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  // Functions, because `$` has a special meaning in a replacement text.
  const whole = path.replace(/^~(?=[\\/])/, () => homedir()).replaceAll('${workspaceFolder}', () => folder);
  // A name without a folder is looked up on the PATH.
  return folder && /[\\/]/.test(whole) && !isAbsolute(whole) ? join(folder, whole) : whole;
}

/** The version and the path of a Python. */
function ask(command: readonly string[]): Promise<[string, string]> {
  const [program, ...first] = command;
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
  return new Promise((done, fail) => {
    execFile(program, [...first, '-c', ASK], { env, timeout: 20_000, windowsHide: true, encoding: 'utf8' }, (error, output, problems) => {
      const [version, path = ''] = output.split(/\r?\n/);
      if (/^\d+\.\d+\.\d+$/.test(version)) {
        done([version, path]);
      } else {
        const reason = problems.trim().split('\n').pop() || (error?.code === 'ENOENT' ? 'program not found' : error?.message);
        fail(new Error(reason ?? 'no version in its output'));
      }
    });
  });
}

function isNewEnough(version: string): boolean {
  return version.localeCompare(LEAST, undefined, { numeric: true }) >= 0;
}
