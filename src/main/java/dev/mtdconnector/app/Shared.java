package dev.mtdconnector.app;

import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.IntakeTable;
import dev.mtdconnector.storage.PolicyTable;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.storage.TenantTable;
import java.time.Clock;

/** What the features of the composition root have in common. */
record Shared(Settings settings, Clock clock, LazyEdges lazy, Stores stores, Services services) {

    /** The tables that more than one feature reads. */
    record Stores(
            Tables tables,
            TenantTable tenants,
            ConsentTable consents,
            ConnectorTable connectors,
            DeviceTable devices,
            PolicyTable policies,
            EnrollmentTable enrollment,
            IntakeTable intake) {}

    /** What more than one feature asks to do something. */
    record Services(Schedule schedule, ErrorRecords errors, MailOutbox mails, EventIntake intake, Secrets secrets) {}

    String publicUrl() {
        return settings.publicUrl();
    }
}
