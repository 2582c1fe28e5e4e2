import known from './manifest.json';

/** The number of characters that decide what a YAML text is. */
export const HEAD = 8192;

const SCHEMA = /^["']?\$schema["']?[ \t]*:[ \t]*["']?(\S+?)["']?[ \t]*(?:#.*)?\r?$/m;
const SCHEMA_COMMENT = /^#[ \t]*yaml-language-server:[ \t]*\$schema=(\S+)/m;
const KEY = /^["']?([A-Za-z_$][\w$-]*)["']?[ \t]*:(?=[ \t\r\n]|(?![\s\S]))([^\r\n]*)/gm;
const PYTHON_ITEM = /^[ ]*-[ ]+["']?(?:[\w.-]+::)?(?:python|pip)\b/m;
const AZUREML_IMAGE = /^["']?mcr\.microsoft\.com\/(?:azureml|aifx)\//;
const AZUREML_REFERENCE = /^["']?azureml:/;
const DOCKERFILE_PATH = /^[ ]+dockerfile_path[ ]*:/m;
const SCORING_SCRIPT = /^[ ]+scoring_script[ ]*:/m;
const ASSET_CONTEXT = /^[ ]+context[ ]*:[ ]*\r?\n(?:[ ]*(?:#.*)?\r?\n)*[ ]+(?:dir|dockerfile|template_files)[ ]*:/m;

/**
 * Whether a YAML text is Azure ML's, by its schema or its shape.
 *
 * The server decides the same way, in `manifest/recognition.py`. It is not started for other YAML.
 */
export function isAzureml(text: string): boolean {
  const head = text.slice(0, HEAD);
  const schema = SCHEMA.exec(head) ?? SCHEMA_COMMENT.exec(head);
  if (schema) {
    const address = schema[1].toLowerCase();
    return known.hosts.some((host) => address.includes(host));
  }
  const keys = new Map([...head.matchAll(KEY)].map(([, key, value]) => [key, value.trim()]));
  if (keys.size === 0 || ['apiVersion', 'kind', 'services'].some((key) => keys.has(key))) {
    return false;
  }
  return (
    isConda(keys, head) || isDeployment(keys, head) || isAsset(keys, head) || isJob(keys) || isEnvironment(keys, head)
  );
}

type Keys = ReadonlyMap<string, string>;

function isConda(keys: Keys, head: string): boolean {
  const value = keys.get('dependencies');
  if (value === undefined || !hasOnly(keys, known.condaKeys) || (value && !/^[[#&]/.test(value))) {
    return false;
  }
  return keys.has('channels') || PYTHON_ITEM.test(head);
}

function isDeployment(keys: Keys, head: string): boolean {
  const isServed = keys.has('code_configuration') && SCORING_SCRIPT.test(head);
  return (isServed || keys.has('endpoint_name')) && known.deploymentKeys.some((key) => keys.has(key));
}

function isAsset(keys: Keys, head: string): boolean {
  if (keys.has('spec') && hasOnly(keys, known.assetKeys) && known.assetTypes.includes(type(keys))) {
    return true;
  }
  return keys.get('image') === '' && hasOnly(keys, known.assetImageKeys) && ASSET_CONTEXT.test(head);
}

function isJob(keys: Keys): boolean {
  const isOurs = ['environment', 'compute'].some((key) => AZUREML_REFERENCE.test(keys.get(key) ?? ''));
  if (keys.has('command') && keys.has('environment') && (isOurs || type(keys) === 'command')) {
    return true;
  }
  return (keys.has('jobs') && type(keys) === 'pipeline') || (known.jobTypes.includes(type(keys)) && isOurs);
}

function isEnvironment(keys: Keys, head: string): boolean {
  if (!hasOnly(keys, known.environmentKeys)) {
    return false;
  }
  const isOurs = keys.has('name') && !keys.has('build') && AZUREML_IMAGE.test(keys.get('image') ?? '');
  const hasBoth = keys.has('image') && (keys.has('conda_file') || keys.has('inference_config'));
  return isOurs || hasBoth || (keys.get('build') === '' && DOCKERFILE_PATH.test(head));
}

function hasOnly(keys: Keys, allowed: readonly string[]): boolean {
  return [...keys.keys()].every((key) => allowed.includes(key));
}

function type(keys: Keys): string {
  return (keys.get('type') ?? '').replace(/^["']+|["']+$/g, '');
}
