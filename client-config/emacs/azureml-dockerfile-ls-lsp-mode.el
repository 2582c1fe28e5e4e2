;;; azureml-dockerfile-ls-lsp-mode.el --- azureml-dockerfile-ls in Emacs, with lsp-mode -*- lexical-binding: t; -*-

;; Copy this file to ~/.emacs.d/azureml-dockerfile-ls-lsp-mode.el, and add to your init file:
;; (load (locate-user-emacs-file "azureml-dockerfile-ls-lsp-mode"))

(defvar azureml-dockerfile-ls-settings nil
  "The server's settings, as a property list.
This one asks no registry: (:registry (:enabled :json-false)).")

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection '("azureml-dockerfile-ls" "--stdio"))
                    :activation-fn (lsp-activate-on "dockerfile")
                    :initialization-options (lambda () azureml-dockerfile-ls-settings)
                    :priority 1
                    :server-id 'azureml-dockerfile-ls)))

(add-hook 'dockerfile-mode-hook #'lsp-deferred)
(add-hook 'dockerfile-ts-mode-hook #'lsp-deferred)
