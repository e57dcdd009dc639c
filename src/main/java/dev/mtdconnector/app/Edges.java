package dev.mtdconnector.app;

import dev.mtdconnector.apps.DetectedApps;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.graph.AppCredentials;
import dev.mtdconnector.graph.GraphChanges;
import dev.mtdconnector.graph.GraphClient;
import dev.mtdconnector.graph.GraphDetectedApps;
import dev.mtdconnector.graph.GraphDeviceAttributes;
import dev.mtdconnector.graph.GraphDirectory;
import dev.mtdconnector.graph.GraphGrantedRoles;
import dev.mtdconnector.graph.GraphGroupMembers;
import dev.mtdconnector.graph.GraphMembership;
import dev.mtdconnector.graph.GraphReportedStates;
import dev.mtdconnector.graph.GraphRiskGroups;
import dev.mtdconnector.graph.GraphServiceDirectory;
import dev.mtdconnector.graph.LoginCodes;
import dev.mtdconnector.graph.LoginKeys;
import dev.mtdconnector.graph.LoginNames;
import dev.mtdconnector.graph.ServiceProbes;
import dev.mtdconnector.graph.TokenCache;
import dev.mtdconnector.health.AnswerTimes;
import dev.mtdconnector.health.Probes;
import dev.mtdconnector.intune.DeviceAttributes;
import dev.mtdconnector.intune.GroupMembers;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.lookout.LookoutClient;
import dev.mtdconnector.mail.AcsMailer;
import dev.mtdconnector.mail.AcsSettings;
import dev.mtdconnector.mail.MailSettings;
import dev.mtdconnector.mail.SmtpMailer;
import dev.mtdconnector.mail.SmtpSettings;
import dev.mtdconnector.notify.Mailer;
import dev.mtdconnector.partner.PartnerDataSync;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.signin.CodeRedemption;
import dev.mtdconnector.signin.DirectoryNames;
import dev.mtdconnector.signin.GroupMembership;
import dev.mtdconnector.signin.SigningKeys;
import dev.mtdconnector.storage.AzureQueues;
import dev.mtdconnector.storage.AzureTables;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.tenant.GrantedRoles;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Everything that the product reaches outside itself through. Each is made when it is first needed: a function that
 * never asks Graph never loads the Graph SDK.
 */
public record Edges(
        Supplier<Tables> tables,
        Supplier<JobQueues> queues,
        Supplier<Directory> directory,
        Supplier<DirectoryChanges> directoryChanges,
        Supplier<GrantedRoles> grantedRoles,
        Supplier<SigningKeys> signingKeys,
        Supplier<CodeRedemption> codeRedemption,
        Supplier<GroupMembership> groupMembership,
        Supplier<DirectoryNames> directoryNames,
        Supplier<IntuneConnection> intuneConnection,
        Supplier<IntunePublisher> intunePublisher,
        Supplier<DirectoryTargets> directoryTargets,
        Supplier<ReportedStates> reportedStates,
        Supplier<DetectedApps> detectedApps,
        Supplier<Mailer> mailer,
        Supplier<RiskApi> riskApi,
        Supplier<Probes> probes,
        Clock clock,
        Sleeper sleeper) {

    /** Those of a world in which nothing but Graph's last answer could be tried, and there was none. */
    public Edges(
            Supplier<Tables> tables,
            Supplier<JobQueues> queues,
            Supplier<Directory> directory,
            Supplier<DirectoryChanges> directoryChanges,
            Supplier<GrantedRoles> grantedRoles,
            Supplier<SigningKeys> signingKeys,
            Supplier<CodeRedemption> codeRedemption,
            Supplier<GroupMembership> groupMembership,
            Supplier<DirectoryNames> directoryNames,
            Supplier<IntuneConnection> intuneConnection,
            Supplier<IntunePublisher> intunePublisher,
            Supplier<DirectoryTargets> directoryTargets,
            Supplier<ReportedStates> reportedStates,
            Supplier<DetectedApps> detectedApps,
            Supplier<Mailer> mailer,
            Supplier<RiskApi> riskApi,
            Clock clock,
            Sleeper sleeper) {
        this(
                tables,
                queues,
                directory,
                directoryChanges,
                grantedRoles,
                signingKeys,
                codeRedemption,
                groupMembership,
                directoryNames,
                intuneConnection,
                intunePublisher,
                directoryTargets,
                reportedStates,
                detectedApps,
                mailer,
                riskApi,
                () -> EdgeProbes.NONE,
                clock,
                sleeper);
    }

    /** What states are written to in a tenant's directory. */
    public record DirectoryTargets(DeviceAttributes attributes, GroupMembers members, RiskGroups groups) {}

    /** The same, with other storage. */
    public Edges withStorage(Supplier<Tables> otherTables, Supplier<JobQueues> otherQueues) {
        return new Edges(
                otherTables,
                otherQueues,
                directory,
                directoryChanges,
                grantedRoles,
                signingKeys,
                codeRedemption,
                groupMembership,
                directoryNames,
                intuneConnection,
                intunePublisher,
                directoryTargets,
                reportedStates,
                detectedApps,
                mailer,
                riskApi,
                probes,
                clock,
                sleeper);
    }

    /** The real ones. */
    public static Edges of(Settings settings, Clock clock, Sleeper sleeper) {
        Supplier<AppCredentials> credentials =
                Lazy.of(() -> new AppCredentials(settings.login(), AppCredentials.httpClient()));
        Supplier<TokenCache> tokens = Lazy.of(() -> new TokenCache(credentials.get(), clock));
        AnswerTimes times = new AnswerTimes();
        Supplier<GraphClient> graph = Lazy.of(() -> new GraphClient(
                settings.graph(), tokens.get(), clock, sleeper, new SecureRandom(), GraphClient.CALL_TIMEOUT, times));
        Supplier<Mailer> mailer = Lazy.of(() -> mailer(settings.mail(), clock));
        Supplier<PartnerDataSync> partner = Lazy.of(() -> new PartnerDataSync(
                settings.partner(), new GraphServiceDirectory(graph.get()), tokens.get(), clock, sleeper));
        return new Edges(
                Lazy.of(() -> new AzureTables(settings.storage())),
                Lazy.of(() -> new AzureQueues(settings.storage())),
                Lazy.of(() -> new GraphDirectory(graph.get())),
                Lazy.of(() -> new GraphChanges(graph.get(), settings.graph(), clock)),
                Lazy.of(() -> new GraphGrantedRoles(graph.get(), credentials.get())),
                Lazy.of(() -> new LoginKeys(settings.login(), clock)),
                Lazy.of(() -> new LoginCodes(credentials.get())),
                Lazy.of(() -> new GraphMembership(graph.get())),
                Lazy.of(() -> new LoginNames(settings.login(), clock)),
                partner::get,
                partner::get,
                Lazy.of(() -> {
                    GraphGrantedRoles granted = new GraphGrantedRoles(graph.get(), credentials.get());
                    return new DirectoryTargets(
                            new GraphDeviceAttributes(graph.get(), granted),
                            new GraphGroupMembers(graph.get(), granted),
                            new GraphRiskGroups(graph.get()));
                }),
                Lazy.of(() -> new GraphReportedStates(graph.get(), settings.graph(), clock)),
                Lazy.of(() -> new GraphDetectedApps(graph.get(), settings.graph(), clock)),
                mailer,
                Lazy.of(() -> new LookoutClient(settings.riskFeed(), clock)),
                Lazy.of(() -> new EdgeProbes(
                        times,
                        Lazy.of(() -> new ServiceProbes(settings.login(), settings.graph(), credentials.get(), clock)),
                        mailer)),
                clock,
                sleeper);
    }

    private static Mailer mailer(MailSettings settings, Clock clock) {
        return settings instanceof AcsSettings acs
                ? new AcsMailer(acs, clock)
                : new SmtpMailer((SmtpSettings) settings, clock);
    }
}
