/** Command lines for people to paste: every argument arrives as it is, whatever characters it has. */

import { Told } from './told';

export type Shell = 'posix' | 'powershell' | 'cmd';

/** Which notation the shell of this path takes. */
export function shellOf(path: string): Shell {
  const name = path.replace(/^.*[\\/]/, '').replace(/\.exe$/i, '').toLowerCase();
  if (name.startsWith('pwsh') || name.startsWith('powershell')) {
    return 'powershell';
  }
  return name === 'cmd' ? 'cmd' : 'posix';
}

/** One argument in a shell's notation. Throws Told for one that the shell cannot take. */
export function quote(argument: string, shell: Shell): string {
  // What a terminal does with a pasted control character is not ours to foresee.
  if (/[\0-\x1f\x7f-\x9f]/.test(argument)) {
    throw new Told('A path with a line break or another control character cannot be put on a command line.');
  }
  if (/^[A-Za-z0-9_.\/:][A-Za-z0-9_.\/:-]*$/.test(argument) || /^--?[a-z]+$/.test(argument)) {
    return argument;
  }
  switch (shell) {
    case 'posix':
      // The backslash stays outside the quotes, for in them fish and sh read it differently.
      return `'${argument.replace(/['\\]/g, "'\\$&'")}'`;
    case 'powershell':
      // PowerShell takes typographic quotes for quotes.
      return `'${argument.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
    case 'cmd':
      if (/["%!]/.test(argument)) {
        throw new Told(`cmd.exe cannot take ${argument}: choose another shell for the terminal.`);
      }
      // Before the closing quote a backslash would quote it.
      return `"${argument.replace(/\\+$/, '$&$&')}"`;
  }
}

/** A whole command line. Throws Told for an argument that the shell cannot take. */
export function commandLine(argv: readonly string[], shell: Shell): string {
  return argv.map((argument) => quote(argument, shell)).join(' ');
}

/** What is needed to build an image. The paths are as a program takes them that runs in the workspace's folder. */
export interface Build {
  dockerfile: string;
  context: string;
  image: string;
}

/** `docker build`, word by word. */
export function dockerBuild(build: Build): string[] {
  return ['docker', 'build', '-f', asPath(build.dockerfile), '-t', build.image, asPath(build.context)];
}

/** `az acr build`, word by word. Like docker it counts a relative path from the current folder. */
export function azAcrBuild(build: Build, registry: string): string[] {
  return ['az', 'acr', 'build', '-r', registry, '-f', asPath(build.dockerfile), '-t', build.image, asPath(build.context)];
}

/** The name of an image that is built in a folder of this name: only what a registry takes. */
export function imageName(folder: string): string {
  const words = folder.toLowerCase().match(/[a-z0-9]+/g);
  return words ? words.join('-').slice(0, 100).replace(/-$/, '') : 'azureml-image';
}

/** `path` as seen from `root`, or as it is where it lies outside. */
export function seenFrom(root: string, path: string, relative: (from: string, to: string) => string): string {
  const inside = relative(root, path);
  if (inside === '') {
    return '.';
  }
  return /^\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:/.test(inside) ? path : inside;
}

// Else it would be an option, and `-` standard input.
function asPath(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
