;;; azureml-dockerfile-ls-lsp-mode.el --- azureml-dockerfile-ls in Emacs, with lsp-mode -*- lexical-binding: t; -*-

;; Copy this file to ~/.emacs.d/azureml-dockerfile-ls-lsp-mode.el, and add to your init file:
;; (load (locate-user-emacs-file "azureml-dockerfile-ls-lsp-mode"))

(defvar azureml-dockerfile-ls-settings nil
  "The settings of the server, as a property list.
This one disables all requests to registries: (:registry (:enabled :json-false)).")

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection '("azureml-dockerfile-ls" "--stdio"))
                    :activation-fn (lsp-activate-on "dockerfile")
                    :initialization-options (lambda () azureml-dockerfile-ls-settings)
                    :priority 1
                    :server-id 'azureml-dockerfile-ls)))

;; Some versions of dockerfile-mode do not recognize these names.
(add-to-list 'auto-mode-alist
             (cons "\\(?:/Containerfile\\(?:\\..*\\)?\\|\\.containerfile\\)\\'"
                   (if (fboundp 'dockerfile-mode) 'dockerfile-mode 'dockerfile-ts-mode)))

(defun azureml-dockerfile-ls-start ()
  "Start the server, and send it the whole text with each change.
Positions after an emoji would be wrong, because lsp-mode counts it as one character."
  (setq-local lsp-document-sync-method 1)
  (lsp-deferred))

(add-hook 'dockerfile-mode-hook #'azureml-dockerfile-ls-start)
(add-hook 'dockerfile-ts-mode-hook #'azureml-dockerfile-ls-start)
