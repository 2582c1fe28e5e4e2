" azureml-dockerfile-ls in Vim, with vim-lsp.
" Copy this file to ~/.vim/plugin/azureml-dockerfile-ls.vim.

" Settings go into your vimrc; this one asks no registry:
" let g:azureml_dockerfile_ls = {'registry': {'enabled': v:false}}

function! s:register() abort
  call lsp#register_server({
        \ 'name': 'azureml-dockerfile-ls',
        \ 'cmd': {server_info -> ['azureml-dockerfile-ls', '--stdio']},
        \ 'root_uri': {server_info -> lsp#utils#path_to_uri(
        \   lsp#utils#find_nearest_parent_file_directory(lsp#utils#get_buffer_path(), ['.git/', 'Dockerfile']))},
        \ 'allowlist': ['dockerfile'],
        \ 'workspace_config': {'azuremlDockerfile': get(g:, 'azureml_dockerfile_ls', {})},
        \ })
endfunction

function! s:prepare() abort
  if &filetype ==# 'dockerfile'
    setlocal omnifunc=lsp#complete
    nmap <buffer> K <Plug>(lsp-hover)
    nmap <buffer> gra <Plug>(lsp-code-action)
  endif
endfunction

augroup azureml_dockerfile_ls
  autocmd!
  autocmd User lsp_setup call s:register()
  autocmd User lsp_buffer_enabled call s:prepare()
augroup END
