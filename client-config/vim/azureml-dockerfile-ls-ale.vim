" azureml-dockerfile-ls in Vim, with ALE.
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

" ALE starts no server for a buffer without a folder.
function! s:folder(buffer) abort
  if !s:is_served(a:buffer)
    return ''
  endif
  let git = ale#path#FindNearestDirectory(a:buffer, '.git')
  return empty(git) ? expand('#' . a:buffer . ':p:h') : fnamemodify(git, ':h:h')
endfunction

" The server counts a character beyond U+FFFF, such as an emoji, as two.
function! s:byte_index(line, character) abort
  let [index, character] = [0, 0]
  for code in str2list(a:line)
    if character >= a:character
      break
    endif
    let index += len(nr2char(code))
    let character += code > 0xffff ? 2 : 1
  endfor
  return index
endfunction

" ALE keeps the text of an entry, but not the start of the replaced text. These two functions do.
" Vim's menu would put a block of several lines on one line.
function! s:fits(buffer, entry) abort
  let edit = get(a:entry, 'textEdit', {})
  let text = get(edit, 'newText', a:entry.label)
  let s:start = empty(edit) ? s:start : s:byte_index(getline('.'), edit.range.start.character)
  let typed = strpart(getline('.'), s:start, col('.') - 1 - s:start)
  return stridx(text, "\n") < 0 && stridx(tolower(text), tolower(typed)) >= 0
endfunction

function! AzuremlDockerfileComplete(findstart, base) abort
  if !a:findstart
    return s:entries
  endif
  let s:start = ale#completion#OmniFunc(1, '')
  if s:start >= 0
    let b:ale_completion_info.prefix = ''
    let s:entries = ale#completion#OmniFunc(0, '')
  endif
  return s:start
endfunction

function! s:define(filetype) abort
  call ale#linter#Define(a:filetype, {
        \ 'name': 'azureml-dockerfile-ls',
        \ 'lsp': 'stdio',
        \ 'executable': 'azureml-dockerfile-ls',
        \ 'command': '%e --stdio',
        \ 'project_root': function('s:folder'),
        \ 'completion_filter': function('s:fits'),
        \ 'initialization_options': {-> get(g:, 'azureml_dockerfile_ls', {})},
        \ })
endfunction

function! s:prepare() abort
  if !s:is_served(bufnr())
    return
  endif
  " Without a choice of yours, ALE uses three linters for YAML.
  let is_chosen = exists('b:ale_linters') || has_key(g:ale_linters, 'yaml') || g:ale_linters_explicit
  if &filetype ==# 'yaml' && !is_chosen
    let b:ale_linters = ['spectral', 'yaml-language-server', 'yamllint', 'azureml-dockerfile-ls']
  endif
  setlocal omnifunc=AzuremlDockerfileComplete
  nnoremap <buffer> K <Cmd>ALEHover<CR>
  nnoremap <buffer> gra <Cmd>ALECodeAction<CR>
endfunction

augroup azureml_dockerfile_ls
  autocmd!
  autocmd BufRead,BufNewFile containerfile,*.containerfile setfiletype dockerfile
  autocmd FileType dockerfile ++once call s:define('dockerfile')
  autocmd FileType yaml ++once call s:define('yaml')
  autocmd FileType dockerfile,yaml call s:prepare()
augroup END
