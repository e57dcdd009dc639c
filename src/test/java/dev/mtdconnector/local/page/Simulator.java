package dev.mtdconnector.local.page;

import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.contoso.ContosoOptions;
import dev.mtdconnector.local.contoso.ContosoServer;
import dev.mtdconnector.local.http.Routes;
import dev.mtdconnector.local.intune.ContosoIntune;
import dev.mtdconnector.local.intune.ContosoTenants;
import dev.mtdconnector.local.intune.ContosoTokens;
import dev.mtdconnector.local.intune.IntuneRoutes;
import dev.mtdconnector.local.intune.PartnerNames;
import dev.mtdconnector.local.intune.PartnerService;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.mail.MailCatcher;
import dev.mtdconnector.local.mail.MailRoutes;
import dev.mtdconnector.local.risk.RiskControl;
import dev.mtdconnector.local.risk.RiskService;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The whole simulator on one server: Contoso with Graph and sign-in, Intune, the vendor's Mobile Risk API, the mail
 * catcher and the pages.
 */
public final class Simulator implements AutoCloseable {

    private final ContosoServer contoso;
    private final SimulatedIntune intune;
    private final MailCatcher mails;
    private final RiskService risk;
    private final Bulletin bulletin;

    private Simulator(
            ContosoServer contoso, SimulatedIntune intune, MailCatcher mails, RiskService risk, Bulletin bulletin) {
        this.contoso = contoso;
        this.intune = intune;
        this.mails = mails;
        this.risk = risk;
        this.bulletin = bulletin;
    }

    /** As {@link #start(ContosoOptions, int, Duration)}; Intune processes messages at once. */
    public static Simulator start(ContosoOptions options, int smtpPort) {
        return start(options, smtpPort, Duration.ZERO);
    }

    /**
     * Starts everything, or nothing when it throws.
     *
     * @param smtpPort 0 for any free port
     * @param processing how long an upload is in progress at Intune
     * @throws RuntimeException when a port is taken
     */
    public static Simulator start(ContosoOptions options, int smtpPort, Duration processing) {
        AtomicReference<@Nullable SimulatedIntune> intune = new AtomicReference<>();
        AtomicReference<@Nullable MailCatcher> mails = new AtomicReference<>();
        AtomicReference<@Nullable RiskService> risk = new AtomicReference<>();
        Bulletin bulletin = new Bulletin();
        try {
            ContosoServer server = ContosoServer.start(
                    options,
                    parts -> {
                        SimulatedIntune made = new SimulatedIntune(
                                parts.clock(),
                                new ContosoTenants(parts.contoso()),
                                parts.journal(),
                                PartnerNames.INVENTED,
                                processing,
                                Set.of());
                        intune.set(made);
                        return new ContosoIntune(made);
                    },
                    List.of(parts -> {
                        MailCatcher made = new MailCatcher(smtpPort, parts.clock(), parts.journal());
                        mails.set(made);
                        RiskService vendor = new RiskService(parts.clock(), parts.journal());
                        risk.set(vendor);
                        return routes(parts, Objects.requireNonNull(intune.get()), made, vendor, bulletin);
                    }));
            return new Simulator(
                    server,
                    Objects.requireNonNull(intune.get()),
                    Objects.requireNonNull(mails.get()),
                    Objects.requireNonNull(risk.get()),
                    bulletin);
        } catch (RuntimeException e) {
            MailCatcher started = mails.get();
            if (started != null) {
                started.close();
            }
            throw e;
        }
    }

    private static Routes routes(
            ContosoServer.Parts parts, SimulatedIntune intune, MailCatcher mails, RiskService risk, Bulletin bulletin) {
        PartnerService partner = new PartnerService(intune, new ContosoTokens(parts.tokenCheck()), Set.of());
        return server -> {
            new IntuneRoutes(partner, intune).register(server);
            new MailRoutes(mails).register(server);
            risk.register(server);
            new RiskControl(risk, parts.clock()).register(server);
            new PageRoutes(parts.contoso(), intune, mails, risk.feed(), parts.changes(), parts.clock(), bulletin)
                    .register(server);
        };
    }

    /** Contoso: its addresses, its clock, and what else the parts share. */
    public ContosoServer contoso() {
        return contoso;
    }

    /** The one clock of the simulator, which moves the development host too. */
    public ContosoClock clock() {
        return contoso.parts().clock();
    }

    public SimulatedIntune intune() {
        return intune;
    }

    public MailCatcher mails() {
        return mails;
    }

    /** What the page shows of who makes Contoso live. */
    public Bulletin bulletin() {
        return bulletin;
    }

    /** The vendor whose feed can be connected. */
    public RiskService risk() {
        return risk;
    }

    @Override
    public void close() {
        mails.close();
        contoso.close();
    }
}
