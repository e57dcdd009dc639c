package dev.mtdconnector.enrollment;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.testing.TestApp;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnrollmentGroupsTest {

    private static final String FIRST = "00000000-0000-4000-8000-000000000001";
    private static final String SECOND = "00000000-0000-4000-8000-000000000002";

    private final TestApp app = new TestApp().ready();

    private TestApp.Answer choose(String group) {
        return app.put(
                "/api/v1/connector/enrollment", "{\"groups\": [\"Mobile Threat Defense Users\", \"" + group + "\"]}");
    }

    @Test
    void aGroupCanBeChosenByItsIdWhereSeveralBearItsName() {
        app.directory.withGroup(FIRST, "Twice", LENA).withGroup(SECOND, "Twice", LENA);
        assertThat(choose("Twice").expect(400).text("/errors/0/message"))
                .isEqualTo("is the name of 2 groups in the directory; choose one by its id: " + FIRST + ", " + SECOND);
        TestApp.Answer answer = choose(SECOND.toUpperCase(Locale.ROOT)).expect(200);
        assertThat(answer.text("/enrollment/groups/1/id")).isEqualTo(SECOND);
        assertThat(answer.text("/enrollment/groups/1/displayName")).isEqualTo("Twice");
        assertThat(answer.json().has("notices")).isFalse();
        assertThat(choose(FIRST.replace('1', '3')).expect(400).text("/errors/0/message"))
                .isEqualTo("is the id of no group in the directory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "field sales|is written differently in the directory: Field Sales (" + FIRST + ")",
                "Field Sale|is the name of no group in the directory; similar: Field Sales (" + FIRST + ")",
                "Fields Sales|is the name of no group in the directory; similar: Field Sales (" + FIRST + ")",
                "Finance|is the name of no group in the directory"
            })
    void aNameThatIsNotFoundComesWithThoseThatAreNear(String name, String message) {
        app.directory.withGroup(FIRST, "Field Sales").withGroup(SECOND, "Fiber Splicing of the North");
        assertThat(choose(name).expect(400).text("/errors/0/message")).isEqualTo(message);
    }

    @Test
    void whatIsUnusualOfAGroupIsSaidOnceItIsChosen() {
        app.directory
                .withGroup(new Group(FIRST, "Team", false, true, false, false), LENA)
                .withGroup(new Group(SECOND, "Everybody", true, false, true, false));
        assertThat(choose("Team").expect(200).text("/notices/0/code")).isEqualTo("microsoft-365");
        TestApp.Answer answer = choose("Everybody").expect(200);
        assertThat(answer.json().path("notices")).hasSize(2);
        assertThat(answer.text("/notices/0/code")).isEqualTo("dynamic");
        assertThat(answer.text("/notices/1/code")).isEqualTo("empty");
        assertThat(answer.text("/notices/1/group")).isEqualTo(SECOND);
    }

    @Test
    void aGroupThatIsChosenSaysWhomItBringsInAndWhatIsWithinIt() {
        String newcomer = "eeeeeeee-0000-4000-8000-000000000001";
        app.directory
                .withGroup(FIRST, "Field Sales", LENA)
                .withGroup(SECOND, "Interns", newcomer)
                .nest(FIRST, SECOND, true)
                .withDevice("11111111-0000-4000-8000-000000000001", newcomer, "iOS", "18")
                .withDevice("11111111-0000-4000-8000-000000000002", newcomer, "Android", "15");
        TestApp.Answer answer = choose("Field Sales").expect(200);
        assertThat(answer.text("/added/users")).isEqualTo("1");
        assertThat(answer.text("/added/devices")).isEqualTo("2");
        assertThat(answer.text("/added/first/0/userPrincipalName")).isEqualTo(newcomer + "@x.example");
        assertThat(answer.text("/added/nestedGroups")).isEqualTo("1");
        assertThat(answer.text("/added/complete")).isEqualTo("true");
        assertThat(choose("Field Sales").expect(200).json().has("added"))
                .as("nothing new")
                .isFalse();
    }

    @Test
    void aGroupThatIsNeitherForSecurityNorOfMicrosoft365IsRefused() {
        app.directory.withMailGroup(FIRST, "Newsletter");
        assertThat(choose("Newsletter").expect(400).text("/errors/0/message")).isEqualTo("is not a security group");
    }

    @Test
    void aGroupWithHiddenMembershipIsRefused() {
        app.directory.withGroup(new Group(FIRST, "Board", true, true, false, true), LENA);
        assertThat(choose("Board").expect(400).text("/errors/0/message")).contains("hidden membership");
    }

    @Test
    void aLaterRenameIsFollowedAndShown() {
        app.directory.rename(GROUP, "Protected Phones");
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        TestApp.Answer connector = app.get("/api/v1/connector").expect(200);
        assertThat(connector.text("/enrollment/groups/0/displayName")).isEqualTo("Protected Phones");
        assertThat(connector.text("/enrollment/groups/0/savedAs")).isEqualTo("Mobile Threat Defense Users");
    }

    @Test
    void spellingsAreAsFarApartAsLettersDiffer() {
        assertThat(Spelling.distance("defence", "defense", 5)).isEqualTo(1);
        assertThat(Spelling.distance("sales", "slaes", 5)).isEqualTo(2);
        assertThat(Spelling.distance("", "abc", 5)).isEqualTo(3);
        assertThat(Spelling.distance("a", "abcdef", 2)).isEqualTo(3);
    }
}
