import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from './userError';

const LEAST = [3, 10] as const;
/** The time limit for the Python extension, in milliseconds. */
const PATIENCE = 10_000;
const ASK = 'import sys; print("%d.%d.%d" % sys.version_info[:3]); print(sys.executable)';

/** A command that runs Python, and its origin. */
interface Candidate {
  command: readonly string[];
  origin: string;
}

/** The command of a Python that is new enough. Throws UserError if there is none. Writes each attempt to `log`. */
export async function findInterpreter(log: vscode.LogOutputChannel): Promise<readonly string[]> {
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
        return path ? [path] : command;
      }
      log.info(`Python: ${shown} is ${version}: too old`);
      old.push(`${command.join(' ')} is Python ${version}`);
    } catch (error) {
      log.info(`Python: ${shown} cannot be run: ${error instanceof Error ? error.message : error}`);
    }
  }
  const found = old.length ? old.join(', ') : set ? `the setting names ${set}, which cannot be run` : 'none was found';
  throw new UserError(`Azure ML Dockerfile needs Python ${LEAST.join('.')} or newer: ${found}.`);
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
  const [major, minor] = version.split('.').map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}
