import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { SECTION } from './settings';

/** Makes the link of a rule open a preview. The server sends the path of a Markdown file, which VS Code would open as text. */
export const ruleLinks: Pick<Middleware, 'handleDiagnostics' | 'provideDiagnostics'> = {
  handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(withPreview)),
  provideDiagnostics: async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    return report && 'items' in report ? { ...report, items: report.items.map(withPreview) } : report;
  },
};

function withPreview(diagnostic: vscode.Diagnostic): vscode.Diagnostic {
  const { code } = diagnostic;
  if (typeof code === 'object' && code.target.scheme === 'file') {
    const argument = encodeURIComponent(JSON.stringify([code.value]));
    diagnostic.code = { value: code.value, target: vscode.Uri.parse(`command:${SECTION}.explainRule?${argument}`) };
  }
  return diagnostic;
}
