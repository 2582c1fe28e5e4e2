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

;; The server also knows Azure ML's YAML: the lines that one has at its start, all of a row.
(defconst azureml-dockerfile-ls-yaml
  '(("endpoint_name:")
    ("code_configuration:" " +scoring_script *:")
    ("environment: *[\"']?azureml:")
    ("compute: *[\"']?azureml:")
    ("command:" "environment:" "type: *[\"']?command")
    ("jobs:" "type: *[\"']?pipeline")
    ("image:" "conda_file:")
    ("image:" "inference_config:")
    ("name:" "image: *[\"']?mcr\\.microsoft\\.com/a")
    ("build:" " +dockerfile_path *:")
    ("image: *$" " +context *:")
    ("spec:" "type: *[\"']?environment")
    ("spec:" "type: *[\"']?component")
    ("dependencies:" "channels:")
    ("dependencies:" " *- *[\"']?python")
    ("dependencies:" " *- *[\"']?pip")))

(defun azureml-dockerfile-ls-yaml-p ()
  "Whether the server has something to say about this YAML, unlike about that of Kubernetes."
  (save-excursion
    (let* ((case-fold-search nil)
           (end (min (point-max) (+ (point-min) 8192)))
           (has (lambda (line) (goto-char (point-min)) (re-search-forward (concat "^" line) end t))))
      (if (funcall has "\\(?:[\"']?\\$schema[\"']? *:\\|# *yaml-language-server: *\\$schema=\\)")
          (looking-at-p ".*\\(?:azuremlschemas\\|//azureml/sdk-2-0/\\)")
        (and (not (seq-some has '("apiVersion:" "kind:" "services:")))
             (seq-some (lambda (row) (seq-every-p has row)) azureml-dockerfile-ls-yaml))))))

(defun azureml-dockerfile-ls-start-for-yaml ()
  "Start the server if this is YAML of Azure ML."
  (when (azureml-dockerfile-ls-yaml-p)
    (eglot-ensure)))

(defun azureml-dockerfile-ls-serve-yaml ()
  "Use the server also for Azure ML's YAML, in place of another server for YAML: Eglot runs one for each language."
  (with-eval-after-load 'eglot
    (add-to-list 'eglot-server-programs
                 '((yaml-mode yaml-ts-mode) . ("azureml-dockerfile-ls" "--stdio"))))
  (add-hook 'yaml-mode-hook #'azureml-dockerfile-ls-start-for-yaml)
  (add-hook 'yaml-ts-mode-hook #'azureml-dockerfile-ls-start-for-yaml))

;; Settings go here; this one disables all requests to registries:
;; (setq-default eglot-workspace-configuration '(:azuremlDockerfile (:registry (:enabled :json-false))))
