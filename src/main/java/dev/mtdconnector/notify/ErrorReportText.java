package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.ErrorAudience.Audience;
import dev.mtdconnector.notify.ErrorReport.Item;
import dev.mtdconnector.notify.ErrorReport.Report;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a report of errors in its reader's language. It names no device and no person. */
final class ErrorReportText {

    /** Troubles that are described in each part; of the rest it is said how many there are. */
    private static final int MOST_ITEMS = 8;

    /** Reads the same in every language, whatever calendar data the Java runtime brings. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String name;
    private final String tenantId;
    private final String publicUrl;
    private final int cap;
    private final MailTexts texts;
    private final ErrorTexts errors;

    ErrorReportText(Audience audience, String tenantId, String publicUrl, int cap) {
        this.name = MailTexts.oneLine(audience.name());
        this.tenantId = tenantId;
        this.publicUrl = publicUrl;
        this.cap = cap;
        this.texts = MailTexts.in(audience.language());
        this.errors = ErrorTexts.in(audience.language());
    }

    MailOutbox.Draft draft(String id, String to, Report report) {
        List<String> parts = new ArrayList<>();
        parts.add(texts.text("errors.intro", name, tenantId));
        part(parts, "errors.new", report.fresh(), this::open);
        part(parts, "errors.lasting", report.lasting(), this::open);
        part(parts, "errors.over", report.over(), this::over);
        parts.add(texts.text("errors.end", publicUrl, String.valueOf(cap)));
        return new MailOutbox.Draft(id, to, subject(report), String.join("\n", parts));
    }

    private String subject(Report report) {
        String kind = report.fresh().isEmpty() ? report.over().isEmpty() ? "lasting" : "over" : "new";
        List<Item> items = kind.equals("new") ? report.fresh() : kind.equals("over") ? report.over() : report.lasting();
        String title = errors.title(items.get(0).trouble().code());
        return items.size() == 1
                ? texts.subject("errors.subject-" + kind, name, title)
                : texts.subject("errors.subject-" + kind + "-more", name, title, String.valueOf(items.size() - 1));
    }

    /** Describes one trouble. */
    @FunctionalInterface
    private interface Description {
        String of(Item item);
    }

    private void part(List<String> parts, String heading, List<Item> items, Description description) {
        if (items.isEmpty()) {
            return;
        }
        parts.add(texts.text(heading) + "\n");
        items.stream().limit(MOST_ITEMS).map(description::of).forEach(parts::add);
        if (items.size() > MOST_ITEMS) {
            parts.add(texts.text("errors.more", String.valueOf(items.size() - MOST_ITEMS)));
        }
    }

    private String open(Item item) {
        Trouble trouble = item.trouble();
        ErrorCode code = trouble.code();
        List<String> subjects = trouble.subjects(item.since());
        String correlationId = trouble.latest().correlationId();
        return texts.text(
                "errors.item",
                errors.title(code),
                TIME.format(item.since()),
                times(item),
                TIME.format(trouble.latest().lastAt()),
                consequences(subjects),
                errors.remedy(code),
                correlationId.isEmpty() ? "-" : correlationId,
                code.code() + " (" + String.join(", ", subjects) + ")");
    }

    private String consequences(List<String> subjects) {
        List<String> consequences = errors.consequences(subjects);
        return consequences.isEmpty() ? texts.text("errors.no-consequence") : String.join(" ", consequences);
    }

    private String over(Item item) {
        Instant overAt = item.trouble().overAt();
        return texts.text(
                "errors.item-over",
                errors.title(item.trouble().code()),
                TIME.format(item.since()),
                TIME.format(overAt),
                times(item));
    }

    private String times(Item item) {
        return String.valueOf(Math.max(1, item.trouble().countSince(item.since())));
    }
}
