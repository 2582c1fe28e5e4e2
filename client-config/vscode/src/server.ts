import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import type { Python } from './interpreter';

const RUN = 'import sys; sys.path[:] = [p for p in sys.path if p]; from azureml_dockerfile_ls.__main__ import main; sys.exit(main())';

/** The bundled server, run by a Python. */
export class BundledServer {
  readonly folder: string;

  constructor(extension: vscode.Uri, readonly python: Python) {
    this.folder = vscode.Uri.joinPath(extension, 'bundled').fsPath;
  }

  get program(): string {
    return this.python.command[0];
  }

  /** The arguments that start the server. It must run in `folder`, because Python imports from the current folder first. */
  get arguments(): string[] {
    return [...this.python.command.slice(1), '-s', '-m', 'azureml_dockerfile_ls', '--stdio'];
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, PYTHONPATH: this.folder, PYTHONUTF8: '1' };
  }

  /** The last line of Python's error if the server cannot start; otherwise undefined. */
  async problem(): Promise<string | undefined> {
    const [status, , problems] = await this.run('import azureml_dockerfile_ls.lsp.server', [], this.folder);
    return status === 0 ? undefined : problems.trim().split('\n').pop();
  }

  /** Runs a sub-command in a folder. Gives its status and both outputs; throws if Python cannot be started. */
  command(args: readonly string[], folder: string, token?: vscode.CancellationToken): Promise<[number, string, string]> {
    return this.run(RUN, args, folder, token);
  }

  /** Runs Python code that can import the modules of the server, but none of the folder that it runs in. */
  run(code: string, args: readonly string[], folder: string, token?: vscode.CancellationToken): Promise<[number, string, string]> {
    return new Promise((done, fail) => {
      const options = { cwd: folder, env: this.environment, windowsHide: true, encoding: 'utf8' as const, maxBuffer: 64 << 20 };
      const child = execFile(this.program, [...this.python.command.slice(1), '-s', '-c', code, ...args], options, (error, out, err) => {
        if (error && typeof error.code !== 'number' && !token?.isCancellationRequested) {
          fail(error);
        } else {
          done([typeof error?.code === 'number' ? error.code : error ? 130 : 0, out, err]);
        }
      });
      token?.onCancellationRequested(() => child.kill('SIGINT'));
    });
  }
}
