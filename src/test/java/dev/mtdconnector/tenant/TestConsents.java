package dev.mtdconnector.tenant;

import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.ConsentTable;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.MailTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Table;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.testing.TestApp;
import java.util.List;
import java.util.Map;

/** The consents of a test's app, as another instance of it would have them. */
final class TestConsents {

    private TestConsents() {}

    static Consents over(TestApp app, GrantedRoles grantedRoles) {
        Schedule schedule = new Schedule(new JobTable(app.tables), app.queues, app.clock);
        TenantTable tenants = new TenantTable(app.tables);
        MailOutbox mails = new MailOutbox(new MailTable(app.tables), schedule, app.clock);
        return new Consents(
                new ConsentTable(app.tables),
                grantedRoles,
                schedule,
                new ConsentNotices(tenants, mails, "https://connector.example"),
                (tenantId, registration) -> {},
                tenantId -> Registration.PARTNER,
                app.clock);
    }

    /** Changes a column of the onboarding record. */
    static void setTenant(TestApp app, String column, String value) {
        Table table = app.tables.table("tenants");
        Row row = table.get(TestApp.TENANT, "tenant").orElseThrow();
        table.transact(List.of(
                new Change.Update(Row.of(row.partition(), row.key(), Map.of(column, value)), Change.Mode.MERGE, null)));
    }
}
