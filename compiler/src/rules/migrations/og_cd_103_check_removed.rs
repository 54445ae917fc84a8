//! OG-CD-103: values keep matching their pattern.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "OG-CD-103",
    subcode: "OG-CD-103",
    name: "check-removed",
    severity: Severity::Warning,
    summary: "Values keep matching their pattern.",
    explanation: "Readers may rely on it.",
    fails: Example::Change {
        accepted: "node Book { isbn: String @check(isbn, \"^97\") }\n",
        desired: "node Book { isbn: String }\n",
    },
    passes: Example::Change {
        accepted: "node Book { isbn: String @check(isbn, \"^97\") }\n",
        desired: "node Book { code: String @rename_from(\"isbn\") @check(code, \"^97\") }\n",
    },
};
