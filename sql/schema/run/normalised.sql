-- One raw listing understood: all columns of a posting but its days, once for every different listing, before repeats of one id are settled.
CREATE TABLE normalised (
    listing_key     VARCHAR NOT NULL PRIMARY KEY,
    reject_reason   VARCHAR,
    reject_detail   VARCHAR,
    posting_id      VARCHAR,
    content_id      VARCHAR,
    source          VARCHAR NOT NULL,
    source_id       VARCHAR,
    id_basis        VARCHAR CHECK (id_basis IN ('source id', 'apply url', 'title, employer and place')),
    title           VARCHAR,
    title_core      VARCHAR,
    title_stem      VARCHAR,
    level           VARCHAR CHECK (level IN ('intern', 'graduate', 'junior', 'mid', 'senior', 'staff', 'principal', 'lead', 'manager', 'director', 'executive')),
    grade           INTEGER,
    degrees         VARCHAR[] NOT NULL,
    start_year      INTEGER CHECK (start_year BETWEEN 2000 AND 2100),
    team            VARCHAR,
    contract        VARCHAR,
    gender_mark     VARCHAR,
    title_place     VARCHAR,
    requisition_id  VARCHAR,
    employer        VARCHAR,
    employer_key    VARCHAR,
    text_employer   VARCHAR,
    place           VARCHAR,
    city            VARCHAR,
    region          VARCHAR,
    country         VARCHAR,
    place_names     VARCHAR[] NOT NULL,
    latitude        DOUBLE,
    longitude       DOUBLE,
    remote          VARCHAR CHECK (remote IN ('remote', 'hybrid', 'onsite')),
    employment_type VARCHAR CHECK (employment_type IN ('full_time', 'part_time', 'contract', 'temporary', 'internship', 'permanent', 'volunteer', 'other')),
    employment_type_raw VARCHAR,
    level_told      VARCHAR CHECK (level_told IN ('intern', 'graduate', 'junior', 'mid', 'senior', 'staff', 'principal', 'lead', 'manager', 'director', 'executive')),
    level_raw       VARCHAR,
    pay_min         DOUBLE,
    pay_max         DOUBLE,
    pay_currency    VARCHAR,
    pay_period      VARCHAR CHECK (pay_period IN ('hour', 'day', 'week', 'month', 'year')),
    pay_yearly_min  DOUBLE,
    pay_yearly_max  DOUBLE,
    pay_predicted   BOOLEAN,
    pay_raw         VARCHAR,
    language        VARCHAR,
    url             VARCHAR,
    apply_url       VARCHAR,
    industry        VARCHAR,
    job_function    VARCHAR,
    promoted        BOOLEAN NOT NULL,
    trust           VARCHAR CHECK (trust IN ('employer', 'board', 'aggregator', 'reseller')),
    body_id         VARCHAR,
    body_length     INTEGER CHECK (body_length >= 0),
    is_snippet      BOOLEAN NOT NULL,
    provenance      VARCHAR[] NOT NULL,
    flags           VARCHAR[] NOT NULL,
    CHECK ((posting_id IS NULL) = (reject_reason IS NOT NULL))
);
COMMENT ON TABLE normalised IS 'Listings understood, one row a different listing: a posting''s columns without its days, or the reason why it is a reject';
COMMENT ON COLUMN normalised.listing_key IS 'Fingerprint of the listings this row is of';
COMMENT ON COLUMN normalised.reject_reason IS 'Why the listing is a reject; NULL where it became a posting';
COMMENT ON COLUMN normalised.reject_detail IS 'What came, what was wanted';
COMMENT ON COLUMN normalised.posting_id IS 'Id of the posting: a function of its source and its id there';
COMMENT ON COLUMN normalised.content_id IS 'Fingerprint of all that the posting says, but for its days';
COMMENT ON COLUMN normalised.source IS 'Board the posting stands on';
COMMENT ON COLUMN normalised.source_id IS 'The board''s own id, where it has one';
COMMENT ON COLUMN normalised.id_basis IS 'What posting_id was made from';
COMMENT ON COLUMN normalised.title IS 'Title, cleaned for people to read';
COMMENT ON COLUMN normalised.title_core IS 'Title without its qualifiers, folded: lower case, level and abbreviations unified';
COMMENT ON COLUMN normalised.title_stem IS 'Title without team, place, year, degree, requisition and marks, but with its level words, folded: what the variants of one template share';
COMMENT ON COLUMN normalised.level IS 'Level the title states; NULL where it states none';
COMMENT ON COLUMN normalised.grade IS 'Grade within the level, as in Engineer II or Analyst 3';
COMMENT ON COLUMN normalised.degrees IS 'Degrees the title asks for: bachelor, master, phd; sorted, empty where it asks for none';
COMMENT ON COLUMN normalised.start_year IS 'Start year the title states';
COMMENT ON COLUMN normalised.team IS 'Team, product or speciality the title states beside its core, in brackets or after a dash or comma';
COMMENT ON COLUMN normalised.contract IS 'Contract, shift or hours the title states';
COMMENT ON COLUMN normalised.gender_mark IS 'Gender mark of the title, such as m/w/d';
COMMENT ON COLUMN normalised.title_place IS 'Place the title states';
COMMENT ON COLUMN normalised.requisition_id IS 'The employer''s number of the role, from its field, the title or the text';
COMMENT ON COLUMN normalised.employer IS 'Employer as the header writes it, cleaned';
COMMENT ON COLUMN normalised.employer_key IS 'Employer folded: lower case, legal forms and spellings unified; empty where no employer is named';
COMMENT ON COLUMN normalised.text_employer IS 'Employer the text speaks for, where it contradicts the header';
COMMENT ON COLUMN normalised.place IS 'Place as delivered, cleaned';
COMMENT ON COLUMN normalised.city IS 'City';
COMMENT ON COLUMN normalised.region IS 'State or region: its code in the US and Canada, else its name';
COMMENT ON COLUMN normalised.country IS 'Country, ISO 3166 alpha-2';
COMMENT ON COLUMN normalised.place_names IS 'All names the place goes by, folded: city, region and country, spelled out and short; sorted';
COMMENT ON COLUMN normalised.latitude IS 'Latitude of the city, degrees';
COMMENT ON COLUMN normalised.longitude IS 'Longitude of the city, degrees';
COMMENT ON COLUMN normalised.remote IS 'Where the work is done, as far as the posting tells';
COMMENT ON COLUMN normalised.employment_type IS 'Employment type';
COMMENT ON COLUMN normalised.employment_type_raw IS 'Employment type as delivered';
COMMENT ON COLUMN normalised.level_told IS 'Level the feed''s own field tells, in the words of level; NULL where it tells none of them';
COMMENT ON COLUMN normalised.level_raw IS 'Level as delivered';
COMMENT ON COLUMN normalised.pay_min IS 'Lower end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN normalised.pay_max IS 'Upper end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN normalised.pay_currency IS 'Currency of pay, ISO 4217';
COMMENT ON COLUMN normalised.pay_period IS 'Period of pay';
COMMENT ON COLUMN normalised.pay_yearly_min IS 'Lower end of pay in a full year: 2080 hours, 260 days, 52 weeks, 12 months';
COMMENT ON COLUMN normalised.pay_yearly_max IS 'Upper end of pay in a full year';
COMMENT ON COLUMN normalised.pay_predicted IS 'Pay was estimated by others than the employer; false where it is stated, NULL where there is none';
COMMENT ON COLUMN normalised.pay_raw IS 'Pay as delivered';
COMMENT ON COLUMN normalised.language IS 'Language of the text, ISO 639-1';
COMMENT ON COLUMN normalised.url IS 'Address of the ad''s page, http or https';
COMMENT ON COLUMN normalised.apply_url IS 'Canonical address where one applies';
COMMENT ON COLUMN normalised.industry IS 'Industry as delivered';
COMMENT ON COLUMN normalised.job_function IS 'Job function as delivered';
COMMENT ON COLUMN normalised.promoted IS 'Marked as promoted by the board';
COMMENT ON COLUMN normalised.trust IS 'Who sends the feed, as feeds.toml says: employer, board, aggregator or reseller';
COMMENT ON COLUMN normalised.body_id IS 'Fingerprint of the cleaned text, key of the run''s bodies table';
COMMENT ON COLUMN normalised.body_length IS 'Length of the cleaned text, characters';
COMMENT ON COLUMN normalised.is_snippet IS 'Only the beginning of the text is known';
COMMENT ON COLUMN normalised.provenance IS 'Tracking marks taken off the text, such as resellers'' tags';
COMMENT ON COLUMN normalised.flags IS 'What is odd about the posting, such as employer contradicts text';
