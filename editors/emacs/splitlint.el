;;; splitlint.el --- Check Nix code with splitlint in Eglot -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "26.1"))

;;; Commentary:

;; Load this file, then `M-x eglot' in a Nix file (Eglot is part of Emacs 29).
;; Eglot runs one server for each major mode.  If you use another one for Nix,
;; run splitlint through Flymake instead:
;; (add-hook 'nix-mode-hook #'splitlint-flymake-setup).

;;; Code:

(require 'flymake)

(defvar eglot-server-programs)

(defgroup splitlint nil
  "Check Nix code with splitlint."
  :group 'tools)

(defcustom splitlint-command '("splitlint")
  "The program and its first arguments."
  :type '(repeat string))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `((nix-mode nix-ts-mode) . (,@splitlint-command "lsp"))))

(defvar-local splitlint--process nil)

(defun splitlint--flymake (report &rest _)
  "Check the text of the current buffer, and call REPORT with what is found."
  (when (process-live-p splitlint--process)
    (kill-process splitlint--process))
  (let ((source (current-buffer))
        (name (or (buffer-file-name) "buffer.nix")))
    (setq splitlint--process
          (make-process
           :name "splitlint" :noquery t :connection-type 'pipe
           :buffer (generate-new-buffer " *splitlint*")
           :command (append splitlint-command
                            (list "check" "--quiet" "--format" "concise"
                                  "--stdin-filename" name))
           :sentinel
           (lambda (process _event)
             (when (memq (process-status process) '(exit signal))
               (unwind-protect
                   (when (eq process (buffer-local-value 'splitlint--process source))
                     (funcall report (splitlint--parse process source)))
                 (kill-buffer (process-buffer process)))))))
    (process-send-region splitlint--process (point-min) (point-max))
    (process-send-eof splitlint--process)))

(defun splitlint--parse (process source)
  "The diagnostics in the output of PROCESS, for the buffer SOURCE."
  (with-current-buffer (process-buffer process)
    (goto-char (point-min))
    (let (found)
      (while (re-search-forward
              "^.*?:\\([0-9]+\\):\\([0-9]+\\): \\(error\\|warning\\|info\\)\\(.*\\)$" nil t)
        (let* ((line (string-to-number (match-string 1)))
               (column (string-to-number (match-string 2)))
               (kind (pcase (match-string 3)
                       ("error" :error) ("warning" :warning) (_ :note)))
               (text (concat (match-string 3) (match-string 4)))
               (region (flymake-diag-region source line column)))
          (push (flymake-make-diagnostic source (car region) (cdr region) kind text) found)))
      found)))

(defun splitlint-flymake-setup ()
  "Check the current buffer with Flymake."
  (add-hook 'flymake-diagnostic-functions #'splitlint--flymake nil t)
  (flymake-mode 1))

(provide 'splitlint)
;;; splitlint.el ends here
