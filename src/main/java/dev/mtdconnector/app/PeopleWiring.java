package dev.mtdconnector.app;

import dev.mtdconnector.audit.AuditedRoutes;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.people.NoticeJob;
import dev.mtdconnector.people.People;
import dev.mtdconnector.people.PreferenceRoutes;
import dev.mtdconnector.people.UnsubscribeRoutes;
import dev.mtdconnector.storage.PeopleTable;
import java.util.ArrayList;
import java.util.List;

/** Mail to administrators: what they want, and when it is sent. */
final class PeopleWiring implements Feature {

    private final Shared shared;
    private final PeopleTable table;
    private final People people;
    private final PreferenceRoutes preferences;

    PeopleWiring(Shared shared) {
        this.shared = shared;
        this.table = new PeopleTable(shared.stores().tables());
        this.people = new People(
                table, shared.services().schedule(), shared.services().secrets(), shared.clock());
        this.preferences = new PreferenceRoutes(people, table);
    }

    People people() {
        return people;
    }

    /** The job, which is also the last look at its mails. */
    NoticeJob notices(People.Membership membership) {
        return new NoticeJob(
                table,
                people,
                membership,
                shared.stores().tenants(),
                new NoticeJob.Sources(
                        shared.stores().devices(),
                        shared.stores().policies(),
                        shared.stores().connectors()),
                shared.services().mails(),
                shared.publicUrl(),
                shared.clock());
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(preferences.routes());
        routes.addAll(new UnsubscribeRoutes(people).routes());
        return routes;
    }

    /** What concerns others is recorded; a person's own preferences are nobody else's business. */
    void audit(AuditedRoutes audited) {
        AuditedRoutes.State settings = (tenantId, parameters) -> preferences.settings(tenantId);
        audited.action("PUT /api/v1/connector/privacy", "connector.privacy.change", settings)
                .action("PUT /api/v1/connector/time-zone", "connector.time-zone.change", settings);
    }
}
