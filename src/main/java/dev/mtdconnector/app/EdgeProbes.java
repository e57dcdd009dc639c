package dev.mtdconnector.app;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.graph.ServiceProbes;
import dev.mtdconnector.health.AnswerTimes;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.health.Probes;
import dev.mtdconnector.notify.Mailer;
import dev.mtdconnector.tenant.Registration;
import java.util.Optional;
import java.util.function.Supplier;

/** The real services, each made when it is first tried. */
record EdgeProbes(AnswerTimes times, Supplier<ServiceProbes> services, Supplier<Mailer> mailer) implements Probes {

    /** Of a world without services. */
    static final Probes NONE = new EdgeProbes(
            new AnswerTimes(),
            () -> {
                throw new UpstreamException(
                        UpstreamException.Service.LOGIN,
                        UpstreamException.Kind.NOT_CONFIGURED,
                        "There is no service to try here");
            },
            () -> mail -> {});

    @Override
    public Optional<Answered> lastOfGraph() {
        return times.last();
    }

    @Override
    public Answered graph() {
        return services.get().graph();
    }

    @Override
    public Answered login() {
        return services.get().login();
    }

    @Override
    public void token(String tenantId, Registration registration) {
        services.get().token(tenantId, registration);
    }

    @Override
    public boolean mail() {
        return mailer.get().reach();
    }
}
