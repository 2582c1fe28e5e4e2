# azureml-dockerfile-ls in Kakoune, with kakoune-lsp 18 or newer.
# Copy these lines to ~/.config/kak/kakrc, below those that load kakoune-lsp.

hook global BufCreate (.*/)?Containerfile(\.\w+)?|.*\.(dockerfile|containerfile) %{
    set-option buffer filetype dockerfile
}

hook -group lsp-filetype-dockerfile global BufSetOption filetype=dockerfile %{
    set-option buffer lsp_servers %{
        [azureml-dockerfile-ls]
        root_globs = [".git"]
        args = ["--stdio"]
        settings_section = "azuremlDockerfile"
        [azureml-dockerfile-ls.settings.azuremlDockerfile]
        # Settings; this one disables all requests to registries:
        # registry.enabled = false
    }
}

hook global WinSetOption filetype=dockerfile %{
    lsp-enable-window
}
