" azureml-dockerfile-ls in Vim, with vim-lsp.
" Copy this file to ~/.vim/plugin/azureml-dockerfile-ls.vim.

" Settings go into your vimrc; this one disables all requests to registries:
" let g:azureml_dockerfile_ls = {'registry': {'enabled': v:false}}

" The server also knows Azure ML's YAML: the lines that one has at its start, all of a row.
let s:azureml_yaml = [
      \ ['endpoint_name:'],
      \ ['code_configuration:', ' \+scoring_script *:'],
      \ ['environment: *["'']\?azureml:'],
      \ ['compute: *["'']\?azureml:'],
      \ ['command:', 'environment:', 'type: *["'']\?command'],
      \ ['jobs:', 'type: *["'']\?pipeline'],
      \ ['image:', 'conda_file:'],
      \ ['image:', 'inference_config:'],
      \ ['name:', 'image: *["'']\?mcr\.microsoft\.com/a'],
      \ ['build:', ' \+dockerfile_path *:'],
      \ ['image: *$', ' \+context *:'],
      \ ['spec:', 'type: *["'']\?environment'],
      \ ['spec:', 'type: *["'']\?component'],
      \ ['dependencies:', 'channels:'],
      \ ['dependencies:', ' *- *["'']\?python'],
      \ ['dependencies:', ' *- *["'']\?pip'],
      \ ]

" Whether the server has something to say about a buffer. Other YAML, such as that of Kubernetes, starts no server.
function! s:is_served(buffer) abort
  if index(split(getbufvar(a:buffer, '&filetype'), '\.'), 'yaml') < 0
    return 1
  endif
  let lines = getbufline(a:buffer, 1, 200)
  let schema = match(lines, '\C^\(["'']\?\$schema["'']\? *:\|# *yaml-language-server: *\$schema=\)')
  if schema >= 0
    return lines[schema] =~? 'azuremlschemas\|//azureml/sdk-2-0/'
  endif
  let Has = {line -> match(lines, '\C^' . line) >= 0}
  if Has('apiVersion:') || Has('kind:') || Has('services:')
    return 0
  endif
  return !empty(filter(copy(s:azureml_yaml), {_, row -> empty(filter(copy(row), {_, line -> !Has(line)}))}))
endfunction

function! s:root_uri(server_info) abort
  let file = lsp#utils#get_buffer_path()
  let root = lsp#utils#find_nearest_parent_file_directory(file, '.git/')
  return lsp#utils#path_to_uri(empty(root) ? fnamemodify(file, ':h') : root)
endfunction

" An entry contains and replaces the text before the cursor that matches refresh_pattern. The default pattern of vim-lsp
" stops at the hyphens of an image. Without insertReplaceSupport an entry also replaces the rest of the word.
function! s:register() abort
  let capabilities = call(g:lsp_get_supported_capabilities[0], [{}])
  let capabilities.textDocument.completion.completionItem.insertReplaceSupport = v:false
  call lsp#register_server({
        \ 'name': 'azureml-dockerfile-ls',
        \ 'cmd': {server_info -> s:is_served(bufnr()) ? ['azureml-dockerfile-ls', '--stdio'] : []},
        \ 'root_uri': function('s:root_uri'),
        \ 'allowlist': ['dockerfile', 'yaml'],
        \ 'capabilities': capabilities,
        \ 'config': {'refresh_pattern': '[^[:space:]=:]\+$', 'filter': {'name': 'contains'}},
        \ 'workspace_config': {'azuremlDockerfile': get(g:, 'azureml_dockerfile_ls', {})},
        \ })
endfunction

function! s:prepare() abort
  if index(['dockerfile', 'yaml'], &filetype) >= 0 && s:is_served(bufnr())
    setlocal omnifunc=lsp#complete
    nmap <buffer> K <Plug>(lsp-hover)
    nmap <buffer> gra <Plug>(lsp-code-action)
  endif
endfunction

augroup azureml_dockerfile_ls
  autocmd!
  autocmd BufRead,BufNewFile containerfile,*.containerfile setfiletype dockerfile
  autocmd User lsp_setup call s:register()
  autocmd User lsp_buffer_enabled call s:prepare()
augroup END
