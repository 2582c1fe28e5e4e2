;;; azureml-dockerfile-ls-lsp-mode.el --- azureml-dockerfile-ls in Emacs, with lsp-mode -*- lexical-binding: t; -*-

;; Copy this file to ~/.emacs.d/azureml-dockerfile-ls-lsp-mode.el, and add to your init file:
;; (load (locate-user-emacs-file "azureml-dockerfile-ls-lsp-mode"))

(defvar azureml-dockerfile-ls-settings nil
  "The settings of the server, as a property list.
This one disables all requests to registries: (:registry (:enabled :json-false)).")

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

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection '("azureml-dockerfile-ls" "--stdio"))
                    :activation-fn (lsp-activate-on "dockerfile")
                    :initialization-options (lambda () azureml-dockerfile-ls-settings)
                    :priority 1
                    :server-id 'azureml-dockerfile-ls))
  ;; Beside another server for YAML.
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection '("azureml-dockerfile-ls" "--stdio"))
                    :activation-fn (lambda (_file mode)
                                     (and (memq mode '(yaml-mode yaml-ts-mode)) (azureml-dockerfile-ls-yaml-p)))
                    :add-on? t
                    :initialization-options (lambda () azureml-dockerfile-ls-settings)
                    :server-id 'azureml-dockerfile-ls-yaml)))

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

(defun azureml-dockerfile-ls-start-for-yaml ()
  "Start the server if this is YAML of Azure ML."
  (when (azureml-dockerfile-ls-yaml-p)
    (require 'lsp-mode)
    ;; Some versions of lsp-mode take YAML for the settings of Spring Boot.
    (setq-local lsp-language-id-configuration (cons (cons major-mode "yaml") lsp-language-id-configuration))
    (azureml-dockerfile-ls-start)))

(add-hook 'yaml-mode-hook #'azureml-dockerfile-ls-start-for-yaml)
(add-hook 'yaml-ts-mode-hook #'azureml-dockerfile-ls-start-for-yaml)
