package dev.mtdconnector.local.page;

import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.risk.RiskThreat;
import dev.mtdconnector.local.risk.Severity;

/** The card that shows what the vendor's cloud holds. */
final class VendorCard {

    private VendorCard() {}

    static String of(World.Vendor vendor) {
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>The vendor's cloud")
                .append(SimulatorPage.count(vendor.deviceCount()))
                .append("</h2>");
        if (vendor.deviceCount() == 0 && vendor.events() == 0) {
            return out.append("<p class=\"empty\">No device has joined; the Mobile Risk API has nothing to tell.</p>")
                    .append("</section>")
                    .toString();
        }
        fact(out.append("<dl>"), "Protected devices", vendor.activeCount());
        fact(out, "Open threats", vendor.openCount());
        fact(out, "Events of ten days", vendor.events());
        out.append("</dl>");
        for (RiskThreat threat : vendor.threats()) {
            out.append("<article class=\"group\"><p class=\"line\"><strong>")
                    .append(Html.escape(String.join(", ", threat.classifications())))
                    .append("</strong>")
                    .append(severity(threat.severity()))
                    .append("</p><p class=\"members\">on <code>")
                    .append(Html.escape(threat.deviceGuid()))
                    .append("</code></p></article>");
        }
        if (vendor.openCount() > vendor.threats().size()) {
            out.append("<p class=\"more\">These are the newest ")
                    .append(vendor.threats().size())
                    .append(" of ")
                    .append(SimulatorPage.number(vendor.openCount()))
                    .append(" open threats.</p>");
        }
        return out.append("</section>").toString();
    }

    private static void fact(StringBuilder out, String name, int value) {
        out.append("<div><dt>")
                .append(name)
                .append("</dt><dd>")
                .append(SimulatorPage.number(value))
                .append("</dd></div>");
    }

    private static String severity(Severity severity) {
        return switch (severity) {
            case NONE -> SimulatorPage.chip("off", "dots", "None");
            case ADVISORY -> SimulatorPage.chip("info", "ring", "Advisory");
            case LOW -> SimulatorPage.chip("low", "bars1", "Low");
            case MEDIUM -> SimulatorPage.chip("warn", "bars2", "Medium");
            case HIGH -> SimulatorPage.chip("bad", "bars3", "High");
        };
    }
}
