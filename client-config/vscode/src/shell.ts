/** Command lines to paste: each argument arrives unchanged, whatever characters it contains. */

import { UserError } from './userError';

export type Shell = 'posix' | 'powershell' | 'cmd';

/** The quoting style of the shell at this path. */
export function shellOf(path: string): Shell {
  const name = path.replace(/^.*[\\/]/, '').replace(/\.exe$/i, '').toLowerCase();
  if (name.startsWith('pwsh') || name.startsWith('powershell')) {
    return 'powershell';
  }
  return name === 'cmd' ? 'cmd' : 'posix';
}

/** One argument, quoted for a shell. Throws UserError if the shell cannot express it. */
export function quote(argument: string, shell: Shell): string {
  // The effect of pasting a control character into a terminal is unpredictable.
  if (/[\0-\x1f\x7f-\x9f]/.test(argument)) {
    throw new UserError('A path that contains a line break or another control character cannot be used on a command line.');
  }
  if (/^[A-Za-z0-9_.\/:][A-Za-z0-9_.\/:-]*$/.test(argument) || /^--?[a-z]+$/.test(argument)) {
    return argument;
  }
  switch (shell) {
    case 'posix':
      // The backslash stays outside the quotes, where fish and sh interpret it alike.
      return `'${argument.replace(/['\\]/g, "'\\$&'")}'`;
    case 'powershell':
      // PowerShell treats typographic quotes as quotes.
      return `'${argument.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
    case 'cmd':
      if (/["%!]/.test(argument)) {
        throw new UserError(`cmd.exe cannot express ${argument}. Choose another shell for the terminal.`);
      }
      // A backslash before the closing quote would escape it.
      return `"${argument.replace(/\\+$/, '$&$&')}"`;
  }
}

/** A complete command line. Throws UserError for an argument that the shell cannot express. */
export function commandLine(argv: readonly string[], shell: Shell): string {
  return argv.map((argument) => quote(argument, shell)).join(' ');
}

/** The inputs of a build. Relative paths start at the workspace folder, where the program runs. */
export interface Build {
  dockerfile: string;
  context: string;
  image: string;
  /** The stage to build; the last one if undefined. */
  target?: string;
}

/** The arguments of `docker build`. */
export function dockerBuild(build: Build): string[] {
  return ['docker', 'build', '-f', asPath(build.dockerfile), '-t', build.image, ...target(build), asPath(build.context)];
}

/** The arguments of `az acr build`. Like docker, it resolves relative paths from the current folder. */
export function azAcrBuild(build: Build, registry: string): string[] {
  return ['az', 'acr', 'build', '-r', registry, '-f', asPath(build.dockerfile), '-t', build.image, ...target(build), asPath(build.context)];
}

function target(build: Build): string[] {
  return build.target === undefined ? [] : ['--target', build.target];
}

/** The name of an image that is built in a folder of this name, with characters that a registry accepts. */
export function imageName(folder: string): string {
  const words = folder.toLowerCase().match(/[a-z0-9]+/g);
  return words ? words.join('-').slice(0, 100).replace(/-$/, '') : 'azureml-image';
}

/** `path` relative to `root`, or unchanged if it lies outside. */
export function seenFrom(root: string, path: string, relative: (from: string, to: string) => string): string {
  const inside = relative(root, path);
  if (inside === '') {
    return '.';
  }
  return /^\.\.([\\/]|$)|^[\\/]|^[A-Za-z]:/.test(inside) ? path : inside;
}

// A leading hyphen would make it an option, and `-` alone standard input.
function asPath(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
