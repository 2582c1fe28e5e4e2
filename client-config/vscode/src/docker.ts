import { execFile } from 'node:child_process';

/** Why Docker cannot build, as a sentence; undefined if it can. */
export function dockerProblem(): Promise<string | undefined> {
  return new Promise((done) => {
    // Unlike `docker --version`, this asks the daemon.
    execFile('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 20_000, windowsHide: true }, (error, _, problems) => {
      if (!error) {
        done(undefined);
      } else if (error.code === 'ENOENT') {
        done('Docker is not installed, or its program is not on the PATH.');
      } else if (/permission denied/i.test(problems)) {
        done('Docker refuses access: your user needs permission to use it, for example through the group "docker".');
      } else {
        done('Docker is not running. Start Docker, then build again.');
      }
    });
  });
}
