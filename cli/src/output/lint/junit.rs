//! JUnit: a suite per file, a failed case per finding, so that pipelines without annotations show them.

use std::io::{self, Write};

use omnigraph_compiler::diagnostic::{Severity, concise};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Findings, slashed};

pub(crate) fn junit(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let mut report = Report::new(format!("omnigraph {}", findings.command));
    let prints = findings.prints();
    for path in findings.sources.paths() {
        let mut suite = TestSuite::new(slashed(path));
        let all = findings.reported.iter().zip(&prints);
        for (diagnostic, print) in all.filter(|(diagnostic, _)| diagnostic.file == path) {
            let kind = if diagnostic.severity == Severity::Error {
                NonSuccessKind::Error
            } else {
                NonSuccessKind::Failure
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(diagnostic.message.clone());
            status.set_type(diagnostic.rule.name);
            status.set_description(concise(diagnostic, &findings.sources));
            // A history of cases goes by their names, so lines stand in the body alone.
            let name = format!("{} {} {print}", diagnostic.rule.subcode, diagnostic.rule.name);
            let mut case = TestCase::new(name, status);
            case.set_classname(slashed(path));
            suite.add_test_case(case);
        }
        if suite.test_cases.is_empty() {
            suite.add_test_case(TestCase::new("nothing found", TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
    }
    let text = report
        .to_string()
        .map_err(|error| io::Error::other(error.to_string()))?;
    writeln!(out, "{}", text.trim_end())
}
