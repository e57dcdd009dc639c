package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.PolicyStore;
import dev.mtdconnector.threat.Rerating;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Rule;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What keeps policies must do. */
abstract class PolicyContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private static Policy next(Policy before, Classification classification, RiskLevel level) {
        return before.with(Map.of(classification, level), AT.plusSeconds(before.version()), "user:" + before.version());
    }

    @Test
    void aTenantWithoutAnyHasTheDefaults() {
        PolicyStore store = new PolicyTable(tables());
        assertThat(store.of(tenant)).isEqualTo(Policy.DEFAULT);
        assertThat(store.versions(tenant, Integer.MAX_VALUE, 10)).isEmpty();
        assertThat(store.rerating(tenant)).isEmpty();
    }

    @Test
    void theLatestVersionCountsAndTheOthersStay() {
        PolicyStore store = new PolicyTable(tables());
        Policy first = next(Policy.DEFAULT, Classification.ADWARE, RiskLevel.HIGH);
        Policy second = next(first, Classification.BOT, RiskLevel.NONE);
        Policy third = second.with(
                Map.of(Classification.ADWARE, RiskLevel.LOW, Classification.BOT, RiskLevel.HIGH), AT, "key:1");
        assertThat(store.add(tenant, first)).isTrue();
        assertThat(store.of(tenant)).isEqualTo(first);
        assertThat(store.add(tenant, second)).isTrue();
        assertThat(store.add(tenant, third)).isTrue();
        assertThat(third.overrides()).isEmpty();

        assertThat(store.of(tenant)).isEqualTo(third);
        assertThat(store.versions(tenant, Integer.MAX_VALUE, 10)).containsExactly(third, second, first);
        assertThat(store.versions(tenant, Integer.MAX_VALUE, 2)).containsExactly(third, second);
        assertThat(store.versions(tenant, 2, 10)).containsExactly(first);
        assertThat(store.versions(tenant, 1, 10)).isEmpty();
        assertThat(store.of(UUID.randomUUID().toString())).isEqualTo(Policy.DEFAULT);
    }

    @Test
    void theRuleIsKeptWithEachVersion() {
        PolicyStore store = new PolicyTable(tables());
        Policy byFeed = Policy.DEFAULT.with(Rule.FEED_SEVERITY, Map.of(), AT, "user:1");
        assertThat(store.add(tenant, byFeed)).isTrue();
        assertThat(store.add(tenant, byFeed.with(Rule.POLICY, Map.of(), AT, "user:1")))
                .isTrue();
        assertThat(store.versions(tenant, 9, 9))
                .extracting(Policy::rule)
                .containsExactly(Rule.POLICY, Rule.FEED_SEVERITY);
    }

    @Test
    void ofTwoWhoMakeTheSameVersionOneFails() {
        PolicyStore store = new PolicyTable(tables());
        Policy mine = next(Policy.DEFAULT, Classification.ADWARE, RiskLevel.HIGH);
        Policy theirs = next(Policy.DEFAULT, Classification.ADWARE, RiskLevel.NONE);
        assertThat(store.add(tenant, mine)).isTrue();
        assertThat(store.add(tenant, theirs)).isFalse();
        assertThat(store.of(tenant)).isEqualTo(mine);
        assertThat(store.add(tenant, next(mine, Classification.BOT, RiskLevel.LOW)))
                .isTrue();
        assertThat(store.add(tenant, theirs)).isFalse();
        assertThat(store.versions(tenant, Integer.MAX_VALUE, 10)).hasSize(2);
    }

    @Test
    void versionsComeInTheOrderOfTheirNumbers() {
        PolicyStore store = new PolicyTable(tables());
        Policy policy = Policy.DEFAULT;
        for (int version = 1; version <= 11; version++) {
            policy = next(policy, Classification.ADWARE, version % 2 == 0 ? RiskLevel.MEDIUM : RiskLevel.HIGH);
            assertThat(store.add(tenant, policy)).isTrue();
        }
        assertThat(store.versions(tenant, Integer.MAX_VALUE, 100))
                .extracting(Policy::version)
                .containsExactly(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    }

    @Test
    void everyLevelOfEveryClassificationIsKept() {
        PolicyStore store = new PolicyTable(tables());
        Policy policy = Policy.DEFAULT;
        for (RiskLevel level : RiskLevel.values()) {
            for (Classification classification : Classification.values()) {
                policy = new Policy(
                        policy.version(), policy.rule(), merged(policy, classification, level), AT, "user:x");
            }
            policy = new Policy(policy.version() + 1, policy.rule(), policy.overrides(), AT, "user:x");
            assertThat(store.add(tenant, policy)).isTrue();
            assertThat(store.of(tenant)).isEqualTo(policy);
            for (Classification classification : Classification.values()) {
                assertThat(store.of(tenant).levelOf(classification)).isEqualTo(level);
            }
        }
    }

    private static Map<Classification, RiskLevel> merged(
            Policy policy, Classification classification, RiskLevel level) {
        return policy.with(Map.of(classification, level), AT, "user:x").overrides();
    }

    @Test
    void theProgressIsOfWhoeverReadItLast() {
        PolicyStore store = new PolicyTable(tables());
        Rerating first = Rerating.first(1, AT);
        Rerating stored = store.save(tenant, first).orElseThrow();
        assertThat(store.save(tenant, first)).isEmpty();
        assertThat(store.rerating(tenant)).contains(stored);
        assertThat(stored.withEtag("")).isEqualTo(first.withEtag(""));

        Rerating further = stored.after("device", 500, 3, null);
        Rerating done = store.save(tenant, further).orElseThrow().after(null, 7, 1, AT.plusSeconds(9));
        assertThat(store.save(tenant, further)).isEmpty();
        Rerating end = store.save(tenant, done).orElseThrow();
        assertThat(store.rerating(tenant)).contains(end);
        assertThat(end.withEtag("")).isEqualTo(new Rerating(0, 1, null, 507, 4, AT, AT.plusSeconds(9), ""));
        assertThat(end.restarted(2, AT).from()).isEqualTo(1);
        assertThat(stored.restarted(2, AT).from()).isZero();
    }
}
