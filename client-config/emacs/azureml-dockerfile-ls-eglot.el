;;; azureml-dockerfile-ls-eglot.el --- azureml-dockerfile-ls in Emacs, with eglot -*- lexical-binding: t; -*-

;; Copy this file to ~/.emacs.d/azureml-dockerfile-ls-eglot.el, and add to your init file:
;; (load (locate-user-emacs-file "azureml-dockerfile-ls-eglot"))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((dockerfile-mode dockerfile-ts-mode) . ("azureml-dockerfile-ls" "--stdio")))
  (define-key eglot-mode-map (kbd "C-c a") #'eglot-code-actions)
  (define-key eglot-mode-map (kbd "C-c h") #'eldoc))

;; Some versions of dockerfile-mode do not recognize these names.
(add-to-list 'auto-mode-alist
             (cons "\\(?:/Containerfile\\(?:\\..*\\)?\\|\\.containerfile\\)\\'"
                   (if (fboundp 'dockerfile-mode) 'dockerfile-mode 'dockerfile-ts-mode)))

(defun azureml-dockerfile-ls-show-both ()
  "Show what is under the cursor also where the parameters of an instruction are shown."
  (setq-local eldoc-documentation-strategy #'eldoc-documentation-compose))

(defun azureml-dockerfile-ls-start ()
  "Start the server, which completes the name of an image as one word, including dots."
  (modify-syntax-entry ?. "_")
  (add-hook 'eglot-managed-mode-hook #'azureml-dockerfile-ls-show-both nil t)
  (eglot-ensure))

(add-hook 'dockerfile-mode-hook #'azureml-dockerfile-ls-start)
(add-hook 'dockerfile-ts-mode-hook #'azureml-dockerfile-ls-start)

;; Settings go here; this one disables all requests to registries:
;; (setq-default eglot-workspace-configuration '(:azuremlDockerfile (:registry (:enabled :json-false))))
