import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { posix, win32 } from 'node:path';
import test from 'node:test';
import { azAcrBuild, commandLine, dockerBuild, imageName, quote, seenFrom, shellOf } from '../src/shell';

const NASTY = [
  '', ' ', 'a b', "it's", '"', '\\', 'a\\', "\\'", '$HOME', '$(id)', '`id`', ';ls', '&', '|', '<x>', '*', '?', '~', '!', '#x', '{a,b}', '%PATH%',
  'ü–\u2019', '-f', '--', '-', '=x', 'a=b', '@x', "''", '\\\\', 'C:\\a b\\', '(', '^',
];

test('a POSIX shell gets every argument as it is', () => {
  const line = commandLine(['printf', '%s\\n', ...NASTY], 'posix');
  for (const shell of ['sh', 'bash']) {
    assert.equal(execFileSync(shell, ['-c', line], { encoding: 'utf8' }), NASTY.map((argument) => `${argument}\n`).join(''));
  }
});

test('PowerShell gets single quotes, in which only quotes of any kind are doubled', () => {
  assert.equal(quote("it's $x", 'powershell'), "'it''s $x'");
  assert.equal(quote('a\u2019; rm', 'powershell'), "'a\u2019\u2019; rm'");
  assert.equal(quote('@x', 'powershell'), "'@x'");
});

test('cmd.exe gets double quotes, and no argument that those do not hold', () => {
  assert.equal(quote('C:\\a b\\', 'cmd'), '"C:\\a b\\\\"');
  assert.equal(quote('a&b', 'cmd'), '"a&b"');
  for (const argument of ['%PATH%', '"', '!x!']) {
    assert.throws(() => quote(argument, 'cmd'));
  }
});

test('a control character is refused everywhere', () => {
  for (const shell of ['posix', 'powershell', 'cmd'] as const) {
    for (const argument of ['a\nb', 'a\rb', '\x1b[2J', '\0', '\x9b']) {
      assert.throws(() => quote(argument, shell));
    }
  }
});

test('plain words stay readable', () => {
  const build = { dockerfile: 'docker/Dockerfile', context: '.', image: 'my-model' };
  assert.equal(commandLine(dockerBuild(build), 'posix'), 'docker build -f docker/Dockerfile -t my-model .');
  assert.equal(commandLine(azAcrBuild(build, 'contoso'), 'powershell'), 'az acr build -r contoso -f docker/Dockerfile -t my-model .');
});

test('a stage is the target of the build', () => {
  const build = { dockerfile: 'Dockerfile', context: '.', image: 'my-model:latest', target: 'base' };
  assert.equal(commandLine(dockerBuild(build), 'posix'), 'docker build -f Dockerfile -t my-model:latest --target base .');
  assert.equal(commandLine(azAcrBuild(build, 'contoso'), 'posix'), 'az acr build -r contoso -f Dockerfile -t my-model:latest --target base .');
});

test('a path that begins with a hyphen is not an option', () => {
  const build = { dockerfile: '-f', context: '-', image: 'x' };
  assert.deepEqual(dockerBuild(build), ['docker', 'build', '-f', './-f', '-t', 'x', './-']);
});

test('the shell is known by the name of its program', () => {
  assert.equal(shellOf('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'), 'powershell');
  assert.equal(shellOf('/usr/bin/pwsh'), 'powershell');
  assert.equal(shellOf('C:\\Windows\\System32\\cmd.exe'), 'cmd');
  assert.equal(shellOf('/bin/bash'), 'posix');
  assert.equal(shellOf('/usr/bin/fish'), 'posix');
  assert.equal(shellOf(''), 'posix');
});

test('an image is named after its folder, with what a registry takes', () => {
  assert.equal(imageName('My Model (v2)'), 'my-model-v2');
  assert.equal(imageName('score_api.2'), 'score-api-2');
  assert.equal(imageName('Модель'), 'azureml-image');
});

test('a path inside the workspace is relative, another one whole', () => {
  assert.equal(seenFrom('/w', '/w', posix.relative), '.');
  assert.equal(seenFrom('/w', '/w/a/Dockerfile', posix.relative), 'a/Dockerfile');
  assert.equal(seenFrom('/w', '/w/..a', posix.relative), '..a');
  assert.equal(seenFrom('/w', '/other/Dockerfile', posix.relative), '/other/Dockerfile');
  assert.equal(seenFrom('C:\\w', 'D:\\x', win32.relative), 'D:\\x');
});
